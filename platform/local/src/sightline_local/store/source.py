"""The evaluator's numbers: a `MetricSource` over the slices.

Filters and groups are resolved on the index in memory; SQL only ever sees integers. All sums of one evaluation, however
many SLOs and windows, are one scan per table: each distinct window is a filtered aggregate of it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.matching import matches
from sightline_datadog.evaluate.source import Series, SumRequest
from sightline_local.store.quantile import conditioned_sql, quantile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sightline_datadog.query.tree import MetricQuery
    from sightline_local.store.series import Kind, SeriesIndex, SeriesRow

    Rows = Callable[..., list[tuple[Any, ...]]]

# A counted query's kind decides its table; a name that has several is read as the first of these.
_PREFERENCE: tuple[Kind, ...] = ("count", "distribution", "gauge")
Group = tuple[str, ...]
_WINDOWS_AT_ONCE = 60
_SECONDS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class _Window:
    """From `start` up to but not including `end`, in points of `interval` seconds."""

    start: int
    end: int
    interval: int

    @property
    def moment(self) -> str:
        """SQL for a slice's point."""
        return f"CAST(ts // {self.interval} * {self.interval} AS BIGINT) AS moment"


class StoreSource:
    """Implements `sightline_datadog.evaluate.source.MetricSource`."""

    def __init__(self, index: SeriesIndex, rows: Rows) -> None:
        self._index = index
        self._rows = rows

    def sums(self, requests: Sequence[SumRequest]) -> list[float | None]:
        """Answer each request in order, over all groups; None where there is no point at all."""
        answers: list[float | None] = [None] * len(requests)
        scans: dict[tuple[str, str], list[tuple[int, list[int]]]] = defaultdict(list)
        for position, request in enumerate(requests):
            query = request.query
            kind, chosen = self._select(query)
            if not chosen:
                continue
            scan = _sum_scan(query, kind)
            if scan is None:
                answers[position] = self._folded(request)
            else:
                scans[scan].append((position, [row.id for row in chosen]))
        for (table, value), wanted in scans.items():
            windows = sorted({(requests[position].start, requests[position].end) for position, _ in wanted})
            for at in range(0, len(windows), _WINDOWS_AT_ONCE):
                part = windows[at : at + _WINDOWS_AT_ONCE]
                columns = {window: column for column, window in enumerate(part)}
                here = [each for each in wanted if (requests[each[0]].start, requests[each[0]].end) in columns]
                found = self._scan(table, value, part, {identity for _, ids in here for identity in ids})
                for position, ids in here:
                    column = columns[(requests[position].start, requests[position].end)]
                    values = [found[identity][column] for identity in ids if identity in found]
                    present = [each for each in values if each is not None]
                    answers[position] = math.fsum(present) if present else None
        return answers

    def series(self, query: MetricQuery, start: int, end: int, interval: int) -> list[Series]:
        """Return the query's groups as points of `interval` seconds, aligned to Unix time; gaps are left out.

        `.rollup(method, seconds)` decides both for itself; `.as_rate()` divides by the interval.
        """
        kind, chosen = self._select(query)
        if not chosen:
            return []
        method, interval = _rollup(query, interval)
        members: dict[Group, list[int]] = defaultdict(list)
        for row in chosen:
            for group in _groups(row, query.by):
                members[group].append(row.id)
        groups = list(members)
        pairs = _pairs([(number, identity) for number, group in enumerate(groups) for identity in members[group]])
        window = _Window(max(start, 0), end, interval)
        if kind == "distribution":
            found = self._distribution(query, pairs, window)
        else:
            found = self._scalar(query, kind, method, pairs, window)
        per = interval if query.has("as_rate") else 1
        points: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for number, moment, value in found:
            if value is not None:
                points[number].append((moment, value / per))
        return [
            Series(tuple(f"{key}:{value}" for key, value in zip(query.by, group, strict=True)), tuple(points[number]))
            for number, group in enumerate(groups)
            if points[number]
        ]

    def _select(self, query: MetricQuery) -> tuple[Kind, list[SeriesRow]]:
        chosen = [row for row in self._index.named(query.metric) if matches(query.where, row.values)]
        wanted: tuple[Kind, ...] = _PREFERENCE
        if query.condition is not None or _percentile(query) is not None:
            wanted = ("distribution",)
        for kind in wanted:
            of_kind = [row for row in chosen if row.kind == kind]
            if of_kind:
                return kind, of_kind
        return "count", []

    def _folded(self, request: SumRequest) -> float | None:
        """Add up the points of a query whose aggregator is no sum (an average over series, say)."""
        points = [
            value for each in self.series(request.query, request.start, request.end, 10) for _, value in each.points
        ]
        return math.fsum(points) if points else None

    def _scan(
        self, table: str, value: str, windows: Sequence[tuple[int, int]], ids: set[int]
    ) -> dict[int, tuple[float | None, ...]]:
        columns = ", ".join(f"sum({value}) FILTER (ts >= {int(start)} AND ts < {int(end)})" for start, end in windows)
        rows = self._rows(
            f"SELECT series, {columns} FROM {table} WHERE ts >= ? AND ts < ? AND series IN ({_listed(ids)}) "  # noqa: S608 - integers and our own names
            "GROUP BY series",
            (max(min(start for start, _ in windows), 0), max(end for _, end in windows)),
        )
        return {row[0]: row[1:] for row in rows}

    def _scalar(
        self, query: MetricQuery, kind: Kind, method: str, pairs: str, window: _Window
    ) -> list[tuple[Any, ...]]:
        source = "SELECT series, ts, sum(value) AS value FROM counts"
        over_time = method or "sum"
        if kind == "gauge":
            source = "SELECT series, ts, arg_max(value, seq) AS value FROM gauges"
            over_time = method or "avg"
        over_series = _space(query.aggregator, kind)
        return self._rows(
            f"WITH members(g, series) AS (VALUES {pairs}), "  # noqa: S608 - integers and our own names
            f"slices AS ({source} WHERE ts >= ? AND ts < ? AND series IN (SELECT series FROM members) "
            "GROUP BY series, ts), "
            f"lines AS (SELECT g, series, {window.moment}, "
            f"{over_time}(value) AS value FROM slices JOIN members USING (series) GROUP BY ALL) "
            f"SELECT g, moment, {over_series} FROM lines GROUP BY g, moment ORDER BY g, moment",
            (window.start, window.end),
        )

    def _distribution(self, query: MetricQuery, pairs: str, window: _Window) -> list[tuple[Any, ...]]:
        moment = window.moment
        joined = (
            "JOIN (SELECT CAST(g AS INTEGER) AS g, CAST(series AS UINTEGER) AS series "  # noqa: S608 - integers and our own names
            f"FROM (VALUES {pairs}) AS pairs(g, series)) USING (series) WHERE ts >= ? AND ts < ?"
        )
        level = _percentile(query)
        if level is None:
            scan = _sum_scan(query, "distribution")
            table, value = (scan[0], f"sum({scan[1]})") if scan else ("samples", _SUMMARY[query.aggregator])
            return self._rows(
                f"SELECT g, {moment}, {value} FROM {table} {joined} GROUP BY g, moment ORDER BY g, moment",  # noqa: S608 - integers and our own names
                (window.start, window.end),
            )
        rows = self._rows(
            f"SELECT g, {moment}, low, high, sum(n) FROM bins {joined} GROUP BY ALL ORDER BY g, moment, high, low",  # noqa: S608 - integers and our own names
            (window.start, window.end),
        )
        bins: dict[tuple[int, int], list[tuple[float, float, float]]] = defaultdict(list)
        for number, second, low, high, count in rows:
            bins[(number, second)].append((low, high, count))
        return [(*key, quantile(each, level)) for key, each in bins.items()]


_SUMMARY = {
    "avg": "sum(total) / sum(n)",
    "min": "min(low)",
    "max": "max(high)",
    "last": "sum(total) / sum(n)",
    "stddev": "NULL",
    "count_nonzero": "count(*)",
}


def _sum_scan(query: MetricQuery, kind: Kind) -> tuple[str, str] | None:
    """Return the table and the expression whose sum answers the query, None when no sum does."""
    if query.condition is not None:
        return "bins", conditioned_sql(query.condition)
    if kind == "distribution":
        return {"sum": ("samples", "total"), "count": ("samples", "n")}.get(query.aggregator)
    if kind == "count" and query.aggregator == "sum" and not query.has("as_rate"):
        return "counts", "value"
    return None


def _percentile(query: MetricQuery) -> float | None:
    if query.aggregator == "median":
        return 0.5
    if query.aggregator.startswith("p") and query.aggregator[1:2].isdigit():
        return float(query.aggregator[1:]) / 100
    return None


def _space(aggregator: str, kind: Kind) -> str:
    known = {
        "avg": "avg(value)",
        "min": "min(value)",
        "max": "max(value)",
        "stddev": "stddev_pop(value)",
        "count": "count(value)",
        "last": "sum(value)" if kind == "count" else "avg(value)",
        "count_nonzero": "count_if(value <> 0)",
    }
    return known.get(aggregator, "sum(value)")


def _rollup(query: MetricQuery, interval: int) -> tuple[str, int]:
    for call in query.calls:
        if call.name != "rollup":
            continue
        method = ""
        for argument in call.arguments:
            text = argument.strip("\"' ")
            if _SECONDS.fullmatch(text):
                interval = max(int(text), 1)
            elif text in {"sum", "avg", "min", "max", "count"}:
                method = text
        return method, interval
    return "", interval


def _groups(row: SeriesRow, by: Sequence[str]) -> Iterable[Group]:
    """Return every group the series is in: one per combination of values; none when it lacks a tag."""
    groups: list[Group] = [()]
    for key in by:
        held = _spelt(row, key.lower())
        groups = [(*group, value) for group in groups for value in held]
    return groups


def _spelt(row: SeriesRow, key: str) -> list[str]:
    if key not in row.values:
        return []
    return [tag.partition(":")[2] for tag in row.tags if tag.lower().partition(":")[0] == key]


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(each)) for each in sorted(ids))


def _pairs(pairs: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"({int(number)}, {int(identity)})" for number, identity in pairs)
