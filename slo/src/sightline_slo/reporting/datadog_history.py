"""How the budgets of Datadog's SLOs burned down: one request for each distinct query, or for each SLO that counts time.

The vendor's `/history` of a metric SLO answers in steps of hours that it chooses: the series that it counts are asked
for instead. Of an SLO that counts time it tells every moment at which that went down or up.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.evaluate.formula import NotEvaluatedError, on_sums
from sightline_datadog.evaluate.slo import MetricSlo, parse_slo
from sightline_datadog.query import canonical, tree
from sightline_datadog.sync.answers import taken
from sightline_datadog.sync.remote import read_remote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.transport import Transport
    from sightline_slo.reporting.standing import Standing

HOUR_S = 3600
LATE_S = HOUR_S
"""The pace of late is that of this time at least: one interval of the vendor's may be four hours."""

DOWN = 1
"""Of 0 for up, 1 for down and 2 for no data, as the vendor's client tells them."""


@dataclass(slots=True)
class _Reader:
    """Remembers what was asked: many SLOs count the same total."""

    transport: Transport
    now: int
    known: dict[tuple[str, int], dict[int, float]]

    def points(self, query: tree.MetricQuery, period_s: int) -> dict[int, float]:
        """Return what a query counted, by the second at which each interval begins, all groups together."""
        text = canonical(query)
        if (text, period_s) not in self.known:
            asked = (("from", str(self.now - period_s)), ("to", str(self.now)), ("query", text))
            answer = self.transport.request("GET", "/api/v1/query", query=asked)
            self.known[text, period_s] = taken(answer, _summed, f"read the series of {text}")
        return self.known[text, period_s]


def _summed(answer: Any) -> dict[int, float]:
    points: dict[int, float] = {}
    for series in answer["series"]:
        for millisecond, value in series["pointlist"]:
            if value is not None:
                second = int(millisecond) // 1000
                points[second] = points.get(second, 0.0) + float(value)
    return points


def with_history(
    standings: Mapping[str, Standing], transport: Transport, now: int, progress: Callable[[str], None]
) -> dict[str, Standing]:
    """Return the standings with their history and the pace of late; where neither can be had, a note says why.

    Raises:
        SightlineError: the API refused or did not answer.
    """
    reader = _Reader(transport, now, {})
    bodies = {each.id: each.body for each in read_remote(transport, [], [Kind.SLO])}
    result = {}
    for number, (slo_id, standing) in enumerate(standings.items(), 1):
        progress(f"reading the history of {standing.key} ({number} of {len(standings)})")
        result[slo_id] = _one(standing, bodies.get(slo_id, {}), reader)
    progress("")
    return result


def _one(standing: Standing, body: Mapping[str, Any], reader: _Reader) -> Standing:
    try:
        if body.get("type") in {"time_slice", "monitor"}:
            counted = _lasted(str(body["id"]), standing.period_s, reader)
        else:
            counted = _counted(parse_slo(body), standing.period_s, reader)
    except (NotEvaluatedError, KeyError, TypeError) as error:
        return replace(standing, note=standing.note or f"no history: {error}")
    return burned(standing, counted, reader.now)


def _counted(slo: MetricSlo, period_s: int, reader: _Reader) -> list[tuple[int, float, float]]:
    """Return (second, bad, total) of each interval."""
    series = {query: reader.points(query, period_s) for query in slo.queries}
    result = []
    for second in sorted({second for points in series.values() for second in points}):
        sums = {query: points.get(second) for query, points in series.items()}
        total = on_sums(slo.total, sums)
        if total is None:
            continue
        if slo.bad is not None:
            bad = on_sums(slo.bad, sums) or 0.0
        else:
            good = on_sums(slo.good, sums) if slo.good is not None else None
            bad = max(total - (good or 0.0), 0.0)
        result.append((second, bad, total))
    return result


def _lasted(slo_id: str, period_s: int, reader: _Reader) -> list[tuple[int, float, float]]:
    """Return (second, seconds down, seconds) of each hour."""
    begin, end = reader.now - period_s, reader.now
    query = (("from_ts", str(begin)), ("to_ts", str(end)))
    answer = reader.transport.request("GET", f"/api/v1/slo/{slo_id}/history", query=query)
    changes = taken(answer, _changes, "read the history of an SLO")
    down = [(one, other) for (one, state), (other, _) in itertools.pairwise([*changes, (end, 0)]) if state == DOWN]
    hours = [(start, min(start + HOUR_S, end)) for start in range(begin, end, HOUR_S)]
    return [
        (start, sum(max(min(last, stop) - max(first, start), 0) for first, last in down), stop - start)
        for start, stop in hours
    ]


def _changes(answer: Any) -> list[tuple[int, int]]:
    return sorted((int(second), int(state)) for second, state in answer["data"]["overall"].get("history") or ())


def burned(standing: Standing, counted: list[tuple[int, float, float]], now: int) -> Standing:
    """Return a standing with the history that (second, bad, total) of some intervals give."""
    budget = round(1 - standing.objective / 100, 12)
    allowed = budget * sum(total for _, _, total in counted)
    if not allowed:
        return standing
    used, history = 0.0, []
    for second, bad, _ in counted:
        used += bad
        history.append((second, 100 * (1 - used / allowed)))
    seconds = [second for second, _, _ in counted]
    interval = min((later - sooner for sooner, later in itertools.pairwise(seconds)), default=LATE_S)
    # The interval that is not over yet counts, too: what burns now burns there.
    late = [(bad, total) for second, bad, total in counted if second > now - max(LATE_S, interval) - interval]
    events = sum(total for _, total in late)
    pace = sum(bad for bad, _ in late) / events / budget if events else None
    return replace(standing, history=tuple(history), burn_rate=pace)
