"""SLOs of every type: what a body asks, and what happened in a window, of events or of seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate import corrections, counted, monitor_slo, pointwise, time_slice
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.intervals import Interval, merged, without
from sightline_datadog.evaluate.monitor_slo import MonitorSli
from sightline_datadog.evaluate.slo import (
    TIMEFRAMES,
    Count,
    MetricSlo,
    Status,
    Target,
    counts_of,
    parse_slo,
    read_targets,
    status,
)
from sightline_datadog.evaluate.time_slice import TimeSliceSli

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group, Sources


@dataclass(frozen=True, slots=True)
class Slo:
    """An SLO of any type."""

    id: str
    sli: MetricSlo | TimeSliceSli | MonitorSli
    targets: tuple[Target, ...]

    def target(self, timeframe: str) -> Target | None:
        """Return what is aimed at over `timeframe`, if anything."""
        return next((each for each in self.targets if each.timeframe == timeframe), None)


def read_slo(body: Mapping[str, Any]) -> Slo:
    """Read an SLO's body.

    Raises:
        NotEvaluatedError: it is not evaluated here; the message says why.
    """
    sli: MetricSlo | TimeSliceSli | MonitorSli
    match body.get("type"):
        case "time_slice":
            sli = time_slice.read_time_slice(body)
        case "monitor":
            sli = monitor_slo.read_monitor_slo(body)
        case _:
            sli = parse_slo(body)
    return Slo(str(body.get("id", "")), sli, read_targets(body))


@dataclass(frozen=True, slots=True)
class Down:
    """When each group of an SLO that counts time was down, and since when that is known, in Unix seconds."""

    groups: Mapping[Group, Sequence[Interval]]
    since: int

    @property
    def overall(self) -> list[Interval]:
        """When any of them was down: overall uptime needs all groups up."""
        return merged(each for intervals in self.groups.values() for each in intervals)


def measure(wanted: Sequence[tuple[Slo, Interval]], sources: Sources, now: int) -> list[Count]:
    """Count what happened to many SLOs over many windows; the metric ones in one request to the source.

    Raises:
        NotEvaluatedError: one of them cannot be computed; ask for each alone then.
    """
    pieces = [_counted(slo, window, sources) for slo, window in wanted]
    asked = [
        (slo.sli, piece)
        for (slo, _), each in zip(wanted, pieces, strict=True)
        if isinstance(slo.sli, MetricSlo)
        for piece in each
    ]
    found = iter(counts_of(asked, sources.metrics) if asked else ())
    down = _downs(wanted, sources, now)
    return [
        _added(window, [next(found) for _ in each])
        if isinstance(slo.sli, MetricSlo)
        else _uptime(slo, window, down[id(slo)].overall, down[id(slo)].since, each)
        for (slo, window), each in zip(wanted, pieces, strict=True)
    ]


def measure_groups(slo: Slo, window: Interval, sources: Sources, now: int) -> dict[Group, Count]:
    """Count what happened to each group of an SLO; nothing for one without groups.

    Raises:
        NotEvaluatedError: it cannot be computed.
    """
    counted_time = _counted(slo, window, sources)
    if isinstance(slo.sli, MetricSlo):
        return _event_groups(slo.sli, window, counted_time, sources, now)
    down = down_of(slo, window, sources, now)
    return {group: _uptime(slo, window, each, down.since, counted_time) for group, each in down.groups.items() if group}


def down_of(slo: Slo, window: Interval, sources: Sources, now: int) -> Down:
    """Return when an SLO that counts time was down.

    Raises:
        NotEvaluatedError: it cannot be computed, or counts events.
    """
    match slo.sli:
        case TimeSliceSli():
            return Down(time_slice.downtime(slo.sli, window, now, sources.metrics), window[0])
        case MonitorSli():
            return Down(*monitor_slo.downtime(slo.sli, window, sources))
        case _:
            raise NotEvaluatedError("it counts events, and is never down")


def _counted(slo: Slo, window: Interval, sources: Sources) -> list[Interval]:
    """The time that counts; of a time-slice SLO, which counts all of it, the corrected time, which is up."""
    corrected = corrected_time(slo, window, sources)
    return corrected if isinstance(slo.sli, TimeSliceSli) else without([window], corrected)


def _downs(wanted: Sequence[tuple[Slo, Interval]], sources: Sources, now: int) -> dict[int, Down]:
    # One SLO is often asked for over several windows: its series are read once, over all of them.
    hulls: dict[int, tuple[Slo, Interval]] = {}
    for slo, (start, end) in wanted:
        if not isinstance(slo.sli, MetricSlo):
            _, (first, last) = hulls.get(id(slo), (slo, (start, end)))
            hulls[id(slo)] = (slo, (min(first, start), max(last, end)))
    return {key: down_of(slo, window, sources, now) for key, (slo, window) in hulls.items()}


def _uptime(slo: Slo, window: Interval, down: Sequence[Interval], since: int, pieces: Sequence[Interval]) -> Count:
    if isinstance(slo.sli, TimeSliceSli):
        return time_slice.uptime(window, down, pieces)
    return monitor_slo.uptime(window, down, since, pieces)


def _event_groups(
    sli: MetricSlo, window: Interval, pieces: Sequence[Interval], sources: Sources, now: int
) -> dict[Group, Count]:
    part = sli.bad if sli.bad is not None else sli.good
    if part is None or not pointwise.grouped(sli.total):
        return {}
    counts: dict[Group, list[Count]] = {}
    for start, end in pieces:
        span = pointwise.Span(start, end, pointwise.default_interval(end - start), now)
        totals, parts = (counted.sums(each, span, sources.metrics) for each in (sli.total, part))
        for group, total in totals.items():
            value = parts.get(group, 0.0)
            bad = value if sli.bad is not None else max(total - value, 0.0)
            counts.setdefault(group, []).append(Count(start, end, bad, total))
    return {group: _added(window, each) for group, each in counts.items()}


def corrected_time(slo: Slo, window: Interval, sources: Sources) -> list[Interval]:
    """Return when corrections of an SLO are in force in a window."""
    if sources.find_corrections is None or not slo.id:
        return []
    return corrections.periods(sources.find_corrections(slo.id), window)


def _added(window: Interval, counts: Sequence[Count]) -> Count:
    start, end = window
    known = [each for each in counts if each.total is not None]
    if not known:
        return Count(start, end, None, None)
    return Count(start, end, sum(each.bad or 0.0 for each in known), sum(each.total or 0.0 for each in known))


def statuses(slo: Slo, sources: Sources, now: int) -> list[Status]:
    """Judge every timeframe of an SLO at `now`.

    Raises:
        NotEvaluatedError: it cannot be computed.
    """
    windows = [(slo, (now - TIMEFRAMES[each.timeframe], now)) for each in slo.targets]
    return [status(target, count) for target, count in zip(slo.targets, measure(windows, sources, now), strict=True)]
