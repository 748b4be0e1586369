"""Traces, logs, services and counters for the console: query strings in, `reads` out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_local import reads
from sightline_local.api.answers import Refusal, answer, integer
from sightline_local.intake.ids import trace_key
from sightline_local.web import PREFIX
from sightline_local.web.slos import Pages

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

WINDOW_S = 900
LONGEST_WINDOW_S = 7 * 86400
_LATEST_MS = 2**43


def routes(backend: Backend) -> list[Route]:
    """Return the routes."""
    views = Views(backend)
    return [
        Route(f"{PREFIX}/overview", views.overview),
        Route(f"{PREFIX}/counters", views.counters),
        Route(f"{PREFIX}/traces", views.traces),
        Route(f"{PREFIX}/traces/{{id}}", views.trace),
        Route(f"{PREFIX}/logs", views.logs),
        Route(f"{PREFIX}/service", views.service),
        Route(f"{PREFIX}/service-map", views.service_map),
    ]


class Views:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._pages = Pages(backend)

    async def overview(self, request: Request) -> Response:
        """Services with rate, errors and duration; SLOs; monitors by state."""
        window = _window(request)
        store, now_ms = self._backend.store, self._backend.now_s() * 1000
        found = await run_in_threadpool(reads.overview, store, now_ms, window)
        slos = await run_in_threadpool(self._pages.rows)
        states = await run_in_threadpool(self._pages.states)
        return answer({**found, "slos": slos, "monitors": states})

    async def counters(self, _request: Request) -> Response:
        """What was received, stored and dropped, by protocol; how the store and the evaluator do."""
        store = self._backend.store
        failures, last_failure = store.write_failures
        kept = {"lost": store.lost, "failed_writes": failures, "last_failure": last_failure}
        runs = self._backend.runs.as_data()
        return answer({"protocols": self._backend.intake.counters(), "store": kept, "evaluator": runs})

    async def traces(self, request: Request) -> Response:
        """The newest traces that have a span which passes the filter."""
        query = request.query_params
        wanted = reads.TraceFilter(
            service=query.get("service") or None,
            error=_flag(request, "error"),
            status=query.get("status") or None,
            route=query.get("route") or None,
            q=query.get("q") or None,
            from_ms=_moment(request, "from"),
            to_ms=_moment(request, "to"),
            min_ms=_duration(request, "min_ms"),
            traffic=query.get("traffic") or None,
            limit=integer(request, "limit", 50, highest=1000),
        )
        return answer(await run_in_threadpool(reads.traces, self._backend.store, wanted))

    async def trace(self, request: Request) -> Response:
        """One trace with its logs; the id in full, or its low half in hexadecimal or decimal."""
        text = request.path_params["id"]
        found = await run_in_threadpool(reads.trace, self._backend.store, text)
        if found is None:
            raise Refusal(404, f"No trace {text[:64]} is stored")
        return answer(found)

    async def logs(self, request: Request) -> Response:
        """The newest log lines that pass the filter, and how many there are over time."""
        query = request.query_params
        trace_id = query.get("trace_id") or None
        if trace_id is not None and trace_key(trace_id) is None:
            raise Refusal(400, "The value provided for parameter 'trace_id' is invalid")
        wanted = reads.LogFilter(
            q=query.get("q") or None,
            service=query.get("service") or None,
            level=query.get("level") or None,
            trace_id=trace_id,
            from_ms=_moment(request, "from"),
            to_ms=_moment(request, "to"),
            before_ns=_nanoseconds(request, "before"),
            limit=integer(request, "limit", 100, highest=1000),
        )
        return answer(await run_in_threadpool(reads.logs, self._backend.store, wanted))

    async def service(self, request: Request) -> Response:
        """One service over time; its name is a parameter, since a name may hold a slash."""
        name = request.query_params.get("name", "")
        now_ms = self._backend.now_s() * 1000
        return answer(await run_in_threadpool(reads.service, self._backend.store, name, now_ms, _window(request)))

    async def service_map(self, request: Request) -> Response:
        """Who calls whom."""
        now_ms = self._backend.now_s() * 1000
        return answer(await run_in_threadpool(reads.service_map, self._backend.store, now_ms, _window(request)))


def _window(request: Request) -> int:
    return max(integer(request, "window", WINDOW_S, highest=LONGEST_WINDOW_S), 1)


def _moment(request: Request, name: str) -> int | None:
    if not request.query_params.get(name):
        return None
    return integer(request, name, 0, highest=_LATEST_MS)


def _nanoseconds(request: Request, name: str) -> int | None:
    """Nanoseconds since 1970 have 19 digits, one more than `integer` reads."""
    text = request.query_params.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        raise Refusal(400, f"The value provided for parameter '{name}' is invalid")
    return min(int(text), 2**63 - 1)


def _duration(request: Request, name: str) -> float | None:
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < 1e9:
        raise Refusal(400, f"The value provided for parameter '{name}' is invalid")
    return value


def _flag(request: Request, name: str) -> bool | None:
    text = request.query_params.get(name, "")
    if text not in {"", "true", "false"}:
        raise Refusal(400, f"The value provided for parameter '{name}' is invalid: true or false")
    return {"true": True, "false": False}.get(text)
