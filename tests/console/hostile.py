"""What nobody should send, told once to the same backend: markup everywhere, endless names, huge and broken traces.

All of it happened three hours ago: no page that shows the last hour is touched by it.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

from .backend import until
from .spans import MS, Span, Trace

if TYPE_CHECKING:
    from .backend import Backend

MARKUP = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
LONG = "very-long-name-" * 40
HOSTILE = 0xBAD0_0000_0000_0000_0000_0000_0000_0001
HUGE = 0xBAD0_0000_0000_0000_0000_0000_0000_0002
CHAIN = 0xBAD0_0000_0000_0000_0000_0000_0000_0003
SPANS = 10_000
DEEP = 3_000
AGE_S = 3 * 3600


def build(backend: Backend) -> None:
    """Send it, and wait until it is stored."""
    start = int((time.time() - AGE_S) * 1e9)
    backend.spans(_hostile(start))
    backend.spans(_huge(start))
    backend.spans(_chain(start))
    at = dt.datetime.fromtimestamp(start / 1e9, dt.UTC).isoformat()
    ids = {"trace_id": f"{HOSTILE:032x}", "span_id": f"{77:016x}"}
    line = {"timestamp": at, "service": MARKUP, "level": "error", **ids, MARKUP: MARKUP}
    backend.logs([{**line, "message": MARKUP}, {**line, "message": "x" * 20_000}])
    for trace, spans in ((HOSTILE, 4), (HUGE, SPANS), (CHAIN, DEEP)):
        until(lambda trace=trace, spans=spans: _stored(backend, trace) == spans)  # type: ignore[misc]


def _stored(backend: Backend, trace: int) -> int:
    found = backend.ask(f"/api/local/v1/traces?q={trace:032x}")["traces"]
    return int(found[0]["spans"]) if found else 0


def _hostile(start: int) -> list[Span]:
    """Markup as names, a parent that never came, and two spans that are each other's parents."""
    tags = {MARKUP: MARKUP, "http.route": MARKUP}
    spans = [
        Span(HOSTILE, 77, 0, MARKUP, MARKUP, MARKUP, start, 50 * MS, "server", error=True, tags=tags),
        Span(HOSTILE, 78, 4242, LONG, LONG, LONG, start + MS, 20 * MS, tags={"long": LONG}),
    ]
    circle = [(79, 80), (80, 79)]
    return spans + [Span(HOSTILE, own, up, "circle", "turn", "turn", start + 2 * MS, MS) for own, up in circle]


def _huge(start: int) -> list[Span]:
    """Ten thousand spans: batches of a hundred, the last span of the last batch failed."""
    trace = Trace(HUGE, start)
    root = trace.serve(None, "importer", ("POST /import", 200), 0, 10_000)
    batch = root
    for number in range(SPANS - 1):
        if number % 100 == 0:
            batch = trace.add(root, "importer", f"batch {number // 100}", number, 99)
        else:
            trace.add(batch, "importer", f"row {number}", number, 0.8, error=number == SPANS - 2)
    return trace.spans


def _chain(start: int) -> list[Span]:
    """Each span the child of the one before."""
    trace = Trace(CHAIN, start)
    last = trace.serve(None, "chain", ("GET /deep", 200), 0, DEEP)
    for number in range(DEEP - 1):
        last = trace.add(last, "chain", f"level {number}", number / 2, DEEP - number)
    return trace.spans
