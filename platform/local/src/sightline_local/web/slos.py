"""SLOs and monitors for the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_datadog.evaluate.formula import NotEvaluatedError
from sightline_datadog.evaluate.slo import TIMEFRAMES
from sightline_datadog.evaluate.slos import read_slo
from sightline_datadog.query import parse_monitor_query, tree
from sightline_local.api.answers import Refusal, answer, integer
from sightline_local.sources import sources_of
from sightline_local.web import PREFIX, arithmetic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_datadog.evaluate.slos import Slo
    from sightline_local.backend import Backend

RECENT_S = 3600
RECENT_INTERVAL_S = 30
BUDGET_INTERVAL_S = 3600
STATES = ("OK", "WARN", "ALERT", "NO DATA", "NOT EVALUATED")


def routes(backend: Backend) -> list[Route]:
    """Return the routes."""
    pages = Pages(backend)
    return [
        Route(f"{PREFIX}/slos", pages.slos),
        Route(f"{PREFIX}/slos/{{id}}", pages.slo),
        Route(f"{PREFIX}/monitors", pages.monitors),
        Route(f"{PREFIX}/monitors/{{id}}", pages.monitor),
        Route(f"{PREFIX}/events", pages.events),
    ]


class Pages:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def slos(self, _request: Request) -> Response:
        """Every SLO with how it stands."""
        return answer({"slos": await run_in_threadpool(self.rows)})

    async def slo(self, request: Request) -> Response:
        """One SLO: standing, windows, arithmetic, history."""
        return answer(await run_in_threadpool(self._slo, request.path_params["id"]))

    async def monitors(self, _request: Request) -> Response:
        """Every monitor with its state."""
        return answer({"monitors": await run_in_threadpool(self._monitors)})

    async def monitor(self, request: Request) -> Response:
        """One monitor: state, last look, transitions."""
        return answer(await run_in_threadpool(self._monitor, request.path_params["id"]))

    async def events(self, request: Request) -> Response:
        """What happened last."""
        limit = integer(request, "limit", 100, highest=1000)
        return answer({"events": await run_in_threadpool(self._backend.standings.events, limit)})

    def rows(self) -> list[dict[str, Any]]:
        """Return the SLOs' rows."""
        backend = self._backend
        return arithmetic.rows(
            backend.objects.all("slo"),
            backend.objects.all("monitor"),
            backend.standings.all(),
            backend.now_s(),
            sources_of(backend),
        )

    def states(self) -> dict[str, int]:
        """Count the monitors by state."""
        counted = dict.fromkeys(STATES, 0)
        for row in self._monitors():
            counted[row["state"]] += 1
        return counted

    def _slo(self, slo_id: str) -> dict[str, Any]:
        backend, now = self._backend, self._backend.now_s()
        body = backend.objects.get("slo", slo_id)
        if body is None:
            raise Refusal(404, f"SLO not found: {slo_id} not found")
        row = next(each for each in self.rows() if each["id"] == slo_id)
        page: dict[str, Any] = {"slo": body, "row": row, "statuses": [], "burn": [], "budget_series": []}
        page |= {"series": {"interval_s": RECENT_INTERVAL_S, "points": []}, "evidence": None}
        try:
            return page | self._measured(body, read_slo(body), now)
        except NotEvaluatedError:
            return page  # the row says why

    def _measured(self, body: Mapping[str, Any], slo: Slo, now: int) -> dict[str, Any]:
        sources = sources_of(self._backend)
        standings = self._backend.standings.all()
        burns = [
            arithmetic.burn(slo, monitor, standings.get(str(monitor["id"])), now, sources)
            for monitor in self._backend.objects.all("monitor")
            if arithmetic.watched(monitor) == body["id"]
        ]
        recent = arithmetic.history(slo, now - RECENT_S, now, RECENT_INTERVAL_S, sources)
        target = slo.target(body["timeframe"])
        start = now - TIMEFRAMES[body["timeframe"]]
        whole = arithmetic.history(slo, start, now, BUDGET_INTERVAL_S, sources)
        # The last hour burns too fast to be one point: it is drawn from the finer history.
        cut = recent[0][0] if recent else now
        joined = [point for point in whole if point[0] + BUDGET_INTERVAL_S <= cut] + recent
        return {
            "statuses": arithmetic.timeframes(slo, now, sources),
            "burn": [each for each in burns if each is not None],
            "series": {
                "interval_s": RECENT_INTERVAL_S,
                "points": [[second, count.good, count.total] for second, count in recent],
            },
            "budget_series": arithmetic.budget_left(joined, target.budget) if target else [],
            "evidence": arithmetic.evidence(slo, now - RECENT_S, now),
        }

    def _monitors(self) -> list[dict[str, Any]]:
        standings = self._backend.standings.all()
        return [
            {
                "id": monitor["id"],
                "name": monitor["name"],
                "type": monitor["type"],
                "query": monitor["query"],
                "state": standing.state if standing else "NO DATA",
                "since": standing.since * 1000 if standing else None,
                "reason": standing.reason if standing else "not looked at yet",
                "tags": monitor["tags"],
                "slo_id": arithmetic.watched(monitor),
                "message": monitor["message"],
            }
            for monitor in self._backend.objects.all("monitor")
            for standing in [standings.get(str(monitor["id"]))]
        ]

    def _monitor(self, monitor_id: str) -> dict[str, Any]:
        backend, now = self._backend, self._backend.now_s()
        body = backend.objects.get("monitor", monitor_id)
        if body is None:
            raise Refusal(404, "Monitor not found")
        standing = backend.standings.of(monitor_id)
        slo_id = arithmetic.watched(body)
        slo = backend.objects.get("slo", slo_id) if slo_id else None
        evidence = None
        query, _ = parse_monitor_query(body["type"], body["query"])
        window = query.long_window_s if isinstance(query, tree.BurnRate) else RECENT_S
        if slo is not None:
            try:
                evidence = arithmetic.evidence(read_slo(slo), now - window, now)
            except NotEvaluatedError:
                evidence = None
        return {
            "monitor": body,
            "state": standing.state if standing else "NO DATA",
            "since": standing.since * 1000 if standing else None,
            "evaluation": {
                "at": standing.at * 1000 if standing else None,
                "reason": standing.reason if standing else "not looked at yet",
                "values": standing.values if standing else {},
            },
            "transitions": backend.standings.transitions(monitor_id),
            "slo_id": slo_id,
            "slo_name": slo["name"] if slo else None,
            "evidence": evidence,
        }
