"""The numbers behind an SLO: standing, burn windows, history. Pure functions of bodies, series and clock."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.formula import NotEvaluatedError, on_sums
from sightline_datadog.evaluate.slo import TIMEFRAMES, Count, MetricSlo, Status, status
from sightline_datadog.evaluate.slo_alert import burn_rates
from sightline_datadog.evaluate.slos import Slo, measure, read_slo, statuses
from sightline_datadog.evaluate.time_slice import TimeSliceSli
from sightline_datadog.query import parse_monitor_query, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Sources
    from sightline_datadog.evaluate.source import MetricSource
    from sightline_datadog.evaluate.states import Standing

POINTS = 120


def rows(
    slos: Sequence[Mapping[str, Any]],
    monitors: Sequence[Mapping[str, Any]],
    standings: Mapping[str, Standing],
    now: int,
    sources: Sources,
) -> list[dict[str, Any]]:
    """Return one row an SLO, all metric ones counted in one request to the source."""
    alerting: dict[str, list[str]] = {}
    for monitor in monitors:
        standing = standings.get(str(monitor["id"]))
        slo_id = watched(monitor)
        if slo_id and standing is not None and standing.state == "ALERT":
            alerting.setdefault(slo_id, []).append(monitor["name"])
    judged = _judged(slos, now, sources)
    return [row(slo, judged.get(slo["id"]), alerting.get(slo["id"], [])) for slo in slos]


def row(slo: Mapping[str, Any], judged: Status | str | None, alerting: Sequence[str]) -> dict[str, Any]:
    """Return one row; `judged` is a text where the SLO is not evaluated."""
    found = judged if isinstance(judged, Status) else None
    return {
        "id": slo["id"],
        "name": slo["name"],
        "target": slo["target_threshold"],
        "timeframe": slo["timeframe"],
        "sli": found.sli if found else None,
        "budget_remaining": found.budget_remaining if found else None,
        "state": found.state if found else "no_data",
        "not_evaluated": judged if isinstance(judged, str) else None,
        "tags": slo["tags"],
        "alerting": list(alerting),
    }


def watched(monitor: Mapping[str, Any]) -> str | None:
    """Return the id of the SLO that a monitor watches, if it watches one."""
    query, _ = parse_monitor_query(monitor["type"], monitor["query"])
    return query.slo_id if isinstance(query, tree.BurnRate | tree.ErrorBudget) else None


def _judged(slos: Sequence[Mapping[str, Any]], now: int, sources: Sources) -> dict[str, Status | str]:
    result: dict[str, Status | str] = {}
    parsed: list[tuple[Slo, Any]] = []
    for slo in slos:
        try:
            made = read_slo(slo)
        except NotEvaluatedError as error:
            result[slo["id"]] = str(error)
            continue
        target = made.target(slo["timeframe"])
        if target is not None:
            parsed.append((made, target))
    wanted = [(made, (now - TIMEFRAMES[target.timeframe], now)) for made, target in parsed]
    try:
        counts = measure(wanted, sources, now)
    except NotEvaluatedError:
        # One that cannot be computed must not hide the others: count one by one.
        return result | {made.id: _alone(made, target, now, sources) for made, target in parsed}
    return result | {made.id: status(target, count) for (made, target), count in zip(parsed, counts, strict=True)}


def _alone(slo: Slo, target: Any, now: int, sources: Sources) -> Status | str:
    try:
        (count,) = measure([(slo, (now - TIMEFRAMES[target.timeframe], now))], sources, now)
    except NotEvaluatedError as error:
        return str(error)
    return status(target, count)


def timeframes(slo: Slo, now: int, sources: Sources) -> list[dict[str, Any]]:
    """Return how an SLO stands over each of its timeframes; `good` and `total` are events, or seconds."""
    return [
        {
            "timeframe": each.target.timeframe,
            "target": each.target.target,
            "good": each.count.good,
            "total": each.count.total,
            "sli": each.sli,
            "budget_remaining": each.budget_remaining,
            "state": each.state,
        }
        for each in statuses(slo, sources, now)
    ]


def burn(
    slo: Slo, monitor: Mapping[str, Any], standing: Standing | None, now: int, sources: Sources
) -> dict[str, Any] | None:
    """Return both windows of a burn-rate monitor as they are now; None for any other monitor."""
    query, _ = parse_monitor_query(monitor["type"], monitor["query"])
    target = slo.target(query.over) if isinstance(query, tree.BurnRate) else None
    if not isinstance(query, tree.BurnRate) or target is None:
        return None
    long, short = burn_rates(slo, target, (query.long_window_s, query.short_window_s), now, sources)
    return {
        "monitor_id": monitor["id"],
        "monitor_name": monitor["name"],
        "query": monitor["query"],
        "threshold": query.threshold,
        "target": target.target,
        "budget": target.budget,
        "state": standing.state if standing else "NO DATA",
        "since": standing.since * 1000 if standing else None,
        "long": long.values(),
        "short": short.values(),
    }


def history(slo: Slo, start: int, end: int, interval: int, sources: Sources) -> list[tuple[int, Count]]:
    """Count the events, or the seconds, of every interval in which anything was counted, oldest first."""
    if isinstance(slo.sli, MetricSlo):
        return _events(slo.sli, start, end, interval, sources.metrics)
    edges = range(start - start % interval, end, interval)
    counts = measure([(slo, (max(edge, start), min(edge + interval, end))) for edge in edges], sources, end)
    return [(edge, count) for edge, count in zip(edges, counts, strict=True) if count.total]


def _events(slo: MetricSlo, start: int, end: int, interval: int, source: MetricSource) -> list[tuple[int, Count]]:
    found: dict[tree.MetricQuery, dict[int, float]] = {}
    for query in slo.queries:
        points: dict[int, float] = {}
        for series in source.series(query, start, end, interval):
            for second, value in series.points:
                points[second] = points.get(second, 0.0) + value
        found[query] = points
    seconds = sorted({second for points in found.values() for second in points})
    result = []
    for second in seconds:
        sums = {query: points.get(second) for query, points in found.items()}
        total = on_sums(slo.total, sums)
        if total is None:
            continue
        if slo.bad is not None:
            bad = on_sums(slo.bad, sums) or 0.0
        else:
            assert slo.good is not None  # noqa: S101 - read_slo lets no SLO through without one of the two
            bad = max(total - (on_sums(slo.good, sums) or 0.0), 0.0)
        result.append((second, Count(second, second + interval, bad, total)))
    return result


def budget_left(points: Sequence[tuple[int, Count]], budget: float) -> list[list[float]]:
    """Return how much of the budget of everything counted was left after each interval, in percent."""
    allowed = sum(count.total or 0.0 for _, count in points) * budget
    used, result = 0.0, []
    for second, count in points:
        used += count.bad or 0.0
        result.append([second, 100 * (1 - used / allowed)] if allowed else [second, 100.0])
    return result


_FILTERS = {"service": "service", "http.route": "route", "traffic": "traffic"}


def evidence(slo: Slo, start: int, end: int) -> dict[str, Any]:
    """Return the filters of the traces that an alert on the SLO is about: what its queries select, and failed.

    A good event that is counted by its duration makes slow ones the bad ones. A monitor SLO selects nothing.
    """
    part: tree.Expression | None = None
    if isinstance(slo.sli, MetricSlo):
        part = slo.sli.bad if slo.sli.bad is not None else slo.sli.good
    elif isinstance(slo.sli, TimeSliceSli):
        part = slo.sli.expression
    queries = tree.queries(part) if part is not None else ()
    found: dict[str, Any] = {"from": start * 1000, "to": end * 1000}
    if queries:
        for term in queries[0].where.parts:
            if isinstance(term, tree.Term) and not term.negated and term.key in _FILTERS and term.value:
                found[_FILTERS[term.key]] = term.value
        condition = queries[0].condition
        if condition is not None and condition.comparator in {"<", "<="}:
            return found | {"min_ms": round(condition.threshold * 1000)}
    return found | {"error": True}


def plain(standing: Standing) -> dict[str, Any]:
    """Return a standing as plain values, times in milliseconds."""
    made = asdict(standing)
    return made | {"since": standing.since * 1000, "at": standing.at * 1000}
