"""Series in memory, one column each: the source of tests of monitors and of histories that were exported.

What a query selects is found once, and what it adds up to is kept as prefix sums.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import accumulate, product
from typing import TYPE_CHECKING

from sightline_datadog.evaluate import filling
from sightline_datadog.evaluate.aggregate import joined, over_time, percentile_of, rollup_of
from sightline_datadog.evaluate.compare import passes
from sightline_datadog.evaluate.filling import Fill
from sightline_datadog.evaluate.matching import by_key, matches
from sightline_datadog.evaluate.source import MetricKind, Series, SumRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sightline_datadog.evaluate.lines import Line
    from sightline_datadog.query.tree import MetricQuery

Tags = tuple[str, ...]
_FEW = 300


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One series: the value at `start` and every `step` seconds after, None for a gap.

    Args:
        metric: its name.
        tags: `key:value`.
        kind: a count is how many in the step that begins there, a rate how many a second; of a distribution a sample.
        start: Unix seconds.
        step: seconds.
        values: the values.
    """

    metric: str
    tags: Tags
    kind: MetricKind
    start: int
    step: int
    values: Sequence[float | None]

    def points(self, start: int, end: int) -> Iterator[tuple[int, float]]:
        """Return what lies from `start` up to but not including `end`, in Unix seconds."""
        first = max(-(-(start - self.start) // self.step), 0)
        last = min(-(-(end - self.start) // self.step), len(self.values))
        for position in range(first, last):
            value = self.values[position]
            if value is not None:
                yield self.start + position * self.step, value


@dataclass(slots=True)
class _Sums:
    """How much the values before each position add up to, and how many there are."""

    column: Column
    scale: int = field(init=False)
    total: list[float] = field(init=False)
    known: list[int] = field(init=False)

    def __post_init__(self) -> None:
        values = self.column.values
        self.scale = self.column.step if self.column.kind == "rate" else 1
        self.total = list(accumulate((0.0 if each is None else each * self.scale for each in values), initial=0.0))
        self.known = list(accumulate((each is not None for each in values), initial=0))

    def between(self, start: int, end: int) -> float | None:
        column, last = self.column, len(self.column.values)
        one, other = (min(max(-(-(edge - column.start) // column.step), 0), last) for edge in (start, end))
        if self.known[other] == self.known[one]:
            return None
        if other - one <= _FEW:
            # A difference of two long sums has lost digits that a threshold may hang on.
            return math.fsum(each for each in column.values[one:other] if each is not None) * self.scale
        return self.total[other] - self.total[one]


class MemorySource:
    """Implements `source.MetricSource` over columns."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._named: dict[str, list[tuple[Column, dict[str, Tags]]]] = {}
        for column in columns:
            self._named.setdefault(column.metric, []).append((column, by_key(column.tags)))
        self._groups: dict[MetricQuery, dict[Tags, list[Column]]] = {}
        self._sums: dict[MetricQuery, list[_Sums]] = {}
        self.asked: set[str] = set()
        """The names of the metrics that were asked for."""

    def sums(self, requests: Sequence[SumRequest]) -> list[float | None]:
        """Answer each request in order, over all groups; None where there is no point at all."""
        return [self._sum(each) for each in requests]

    def _sum(self, request: SumRequest) -> float | None:
        query = request.query
        columns = self._selected(query)
        added = query.aggregator == "sum" and query.condition is None and not query.has("as_rate")
        if not added or any(each.kind == "gauge" and len(columns) > 1 for each in columns):
            found = self.series(query, request.start, request.end, 10)
            values = [value for each in found for _, value in each.points]
            return math.fsum(values) if values else None
        if query not in self._sums:
            self._sums[query] = [_Sums(each) for each in columns]
        found_sums = [each.between(request.start, request.end) for each in self._sums[query]]
        known = [each for each in found_sums if each is not None]
        return math.fsum(known) if known else None

    def series(self, query: MetricQuery, start: int, end: int, interval: int) -> list[Series]:
        """Return the query's groups as points of `interval` seconds, aligned to Unix time; gaps are left out."""
        method, width = rollup_of(query, interval)
        result = []
        for tags, columns in self.columns(query).items():
            line = self._line(query, columns, method, (start, end, width))
            if line:
                step = 0
                for column in columns:
                    step = math.gcd(step, max(column.step, width), column.start - columns[0].start)
                result.append(Series(tags, tuple(sorted(line.items())), columns[0].kind, max(step, width)))
        return result

    def _line(self, query: MetricQuery, columns: Sequence[Column], method: str, span: tuple[int, int, int]) -> Line:
        start, end, width = span
        kind = columns[0].kind
        scale = scale_of(query, columns[0], width)
        if kind == "distribution":
            pooled = [_buckets(each, start, end, width) for each in columns]
            return {
                moment: value * scale
                for moment in sorted({moment for each in pooled for moment in each})
                if (value := _of_samples(query, [one for each in pooled for one in each.get(moment, ())])) is not None
            }
        if len(columns) == 1 and plain(query, columns[0], width):
            return {moment: value * scale for moment, value in columns[0].points(start, end)}
        lines = [self._in_time(query, each, method, span) for each in columns]
        if len(lines) == 1:
            (line,) = lines
            return {moment: joined(query.aggregator, (value,)) * scale for moment, value in line.items()}
        union = sorted({moment for line in lines for moment in line})
        if kind == "gauge" and not query.has("as_count"):
            lines = [filling.filled(line, union, filling.fill_of(query) or Fill("linear")) for line in lines]
        return {
            moment: joined(query.aggregator, [line[moment] for line in lines if moment in line]) * scale
            for moment in union
        }

    def _in_time(self, query: MetricQuery, column: Column, method: str, span: tuple[int, int, int]) -> Line:
        start, end, width = span
        counts = column.kind == "rate" and query.has("as_count")
        how = over_time(method, "count" if counts else column.kind)
        scale = column.step if counts else 1
        found = _buckets(column, start, end, width)
        return {moment: joined(how, values) * scale for moment, values in found.items()}

    def _selected(self, query: MetricQuery) -> list[Column]:
        return list(dict.fromkeys(each for columns in self.columns(query).values() for each in columns))

    def columns(self, query: MetricQuery) -> dict[Tags, list[Column]]:
        """Return the series of each group of a query."""
        if query not in self._groups:
            self.asked.add(query.metric)
            found: dict[Tags, list[Column]] = {}
            for column, tags in self._named.get(query.metric, ()):
                if matches(query.where, tags):
                    # A series without one of the tags is in no group, as the vendor has it.
                    held = [[f"{key}:{value}" for value in tags.get(key.lower(), ())] for key in query.by]
                    for group in product(*held):
                        found.setdefault(group, []).append(column)
            self._groups[query] = found
        return self._groups[query]


def scale_of(query: MetricQuery, column: Column, width: int) -> float:
    """Return what the values are multiplied with: `.as_rate()` makes a count one a second."""
    return 1 / max(width, column.step) if query.has("as_rate") and column.kind == "count" else 1.0


def plain(query: MetricQuery, column: Column, width: int) -> bool:
    """Whether the points of a series are those of the query: one in a bucket, and nothing else done to it."""
    alone = column.step % width == 0 and column.start % width == 0 and not query.has("rollup")
    return alone and query.aggregator in {"sum", "avg", "min", "max", "last"} and column.kind in {"gauge", "count"}


def _buckets(column: Column, start: int, end: int, width: int) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for moment, value in column.points(start, end):
        found.setdefault(moment - moment % width, []).append(value)
    return found


def _of_samples(query: MetricQuery, samples: list[float]) -> float | None:
    if query.condition is not None:
        samples = [each for each in samples if passes(each, query.condition.comparator, query.condition.threshold)]
    if not samples:
        return None
    level = percentile_of(query.aggregator)
    return joined(query.aggregator if level is None else f"p{level * 100:g}", samples)
