"""`kind: AlertWindows`: Sloth's catalogue of windows, read strictly. Beside specs it is checked and gives no SLO."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.model import Severity, Spec
from sightline_slo.reader import Reader
from sightline_slo.sloth import gofmt
from sightline_slo.windows import Table, window

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located
    from sightline_slo.dialects import Context
    from sightline_slo.model import Window

VERSIONS = ("sloth.slok.dev/v1/AlertWindows",)
_NAMES = {
    ("page", "quick"): "fast",
    ("page", "slow"): "medium",
    ("ticket", "quick"): "slow",
    ("ticket", "slow"): "slowest",
}


def read(document: Located, _context: Context, findings: list[Diagnostic]) -> Spec:
    """Check a catalogue."""
    table(document, findings)
    return Spec(VERSIONS[0], (), {}, document.span.file)


def table(document: Located, findings: list[Diagnostic]) -> Table | None:
    """Read a catalogue; None where something of it is missing."""
    root = Reader(document, (), findings)
    root.text("apiVersion")
    root.text("kind")
    spec = root.inner("spec", required=True)
    root.done()
    if spec is None:
        return None
    period_s = _seconds(spec, "sloPeriod")
    found: list[Window | None] = []
    for severity in Severity:
        side = spec.inner(severity, required=True)
        if side is None:
            continue
        for speed in ("quick", "slow"):
            pair = side.inner(speed, required=True)
            found.append(None if pair is None else _window(pair, severity, _NAMES[severity, speed], period_s))
        side.done()
    spec.done()
    windows = tuple(each for each in found if each is not None)
    if period_s is None or len(windows) != len(_NAMES):
        return None
    return Table("file", period_s, document.span.file, windows)


def _window(pair: Reader, severity: Severity, name: str, period_s: int | None) -> Window | None:
    budget = pair.number("errorBudgetPercent", required=True)
    short_s, long_s = _seconds(pair, "shortWindow"), _seconds(pair, "longWindow")
    pair.done()
    if budget is None or short_s is None or long_s is None or period_s is None:
        return None
    return window(name, severity, period_s, (long_s, short_s), budget=budget)


def _seconds(reader: Reader, key: str) -> int | None:
    text = reader.text(key, required=True)
    if text is None:
        return None
    try:
        ms = gofmt.duration(text)
    except gofmt.DurationError:
        ms = 0
    if ms < 1000:
        reader.report(codes.BAD_DURATION, f"`{text}` is no duration", reader.span(key), "", "write 5m, 6h or 30d")
        return None
    return ms // 1000
