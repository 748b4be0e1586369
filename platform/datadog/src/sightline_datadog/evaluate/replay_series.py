"""Series as arrays over all looks: what a window adds up to, or comes to, at every one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sightline_datadog.evaluate import filling, functions, pointwise
from sightline_datadog.evaluate.lines import shift_of
from sightline_datadog.evaluate.memory import MemorySource, plain, scale_of
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.memory import Column
    from sightline_datadog.evaluate.source import MetricSource, Series

    Floats = NDArray[np.float64]
    Moments = NDArray[np.int64]

_AT_ONCE = frozenset({"", "abs", "clamp_min", "clamp_max", "cutoff_min", "cutoff_max", "is_greater", "is_less"})


class NotAtOnceError(Exception):
    """This is looked at moment by moment."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where points may be: `start` and every `step` seconds after, `length` times."""

    start: int
    step: int
    length: int

    def index(self, moments: Moments) -> Moments:
        """Return how many places lie before each moment."""
        return np.clip(-(-(moments - self.start) // self.step), 0, self.length)


@dataclass(frozen=True, slots=True)
class Array:
    """The points of one group: the value at `start` and every `step` seconds after, NaN for a gap."""

    tags: Group
    start: int
    step: int
    values: Floats
    gauge: bool


class Reader:
    """The series of an expression, read once for all looks whose windows end at `ends`.

    Raises:
        NotAtOnceError: it is not of the kind that is computed at once.
    """

    def __init__(
        self, expression: tree.Expression, source: MetricSource, width_s: int, ends: Moments, interval: int
    ) -> None:
        if np.any(ends % interval) or width_s % interval:
            raise NotAtOnceError
        _refuse(expression)
        self._leaves = list(dict.fromkeys(tree.queries(expression)))
        if len({leaf.by for leaf in self._leaves}) > 1:
            raise NotAtOnceError
        self._expression, self._width, self._ends = expression, width_s, ends
        span = (int(ends[0]) - width_s, int(ends[-1]))
        found = {leaf: arrays(leaf, source, span, interval) for leaf in self._leaves}
        every = [each for group in found.values() for each in group]
        self._grid = _grid(every, span)
        self._lines: dict[tree.MetricQuery, dict[Group, Floats]] = {
            leaf: {each.tags: _placed(each, self._grid) for each in group} for leaf, group in found.items()
        }
        if len(self._leaves) > 1 and any(each.gauge for each in every):
            _refuse_bridges([line for lines in self._lines.values() for line in lines.values()])
        self._groups = list(dict.fromkeys(each.tags for each in every)) or [()]

    def values(self, *, counts: bool, aggregator: str) -> Iterable[Floats]:
        """Return the value of every look, group by group; NaN for none."""
        for group in self._groups:
            if counts:
                sums = {leaf: self._sum(lines.get(group)) for leaf, lines in self._lines.items()}
                if pointwise.grouped(self._expression):
                    # A group that one query has is there for all of them, as zero.
                    known = [~np.isnan(each) for each in sums.values()]
                    yield np.where(np.any(known, axis=0), on_sums(self._expression, sums), np.nan)
                else:
                    yield on_sums(self._expression, sums)
            else:
                empty = np.full(self._grid.length, np.nan)
                lines_of = {leaf: lines.get(group, empty) for leaf, lines in self._lines.items()}
                yield self._reduced(_pointwise(self._expression, lines_of), aggregator)

    def _edges(self, width_s: int) -> tuple[Moments, Moments]:
        return self._grid.index(self._ends - width_s), self._grid.index(self._ends)

    def _count(self, line: Floats, width_s: int) -> Moments:
        first, last = self._edges(width_s)
        known = np.concatenate(([0], np.cumsum(~np.isnan(line))))
        return known[last] - known[first]

    def _sum(self, line: Floats | None) -> Floats:
        if line is None:
            return np.full(len(self._ends), np.nan)
        first, last = self._edges(self._width)
        # Wider than the values: a difference of two long sums has the digits of the short one.
        total = np.concatenate(([0.0], np.cumsum(np.nan_to_num(line), dtype=np.longdouble)))
        added = (total[last] - total[first]).astype(np.float64)
        return np.where(self._count(line, self._width) > 0, added, np.nan)

    def _reduced(self, line: Floats, aggregator: str) -> Floats:
        if aggregator in {"sum", "avg"}:
            added = self._sum(line)
            if aggregator == "sum":
                return added
            with np.errstate(invalid="ignore", divide="ignore"):
                return added / self._count(line, self._width)
        grid = self._grid
        if self._width % grid.step:
            raise NotAtOnceError
        places = self._width // grid.step
        worst = -np.inf if aggregator == "max" else np.inf
        margin = np.full(places, worst)
        padded = np.concatenate((margin, np.where(np.isnan(line), worst, line), margin))
        first = -(-(self._ends - self._width - grid.start) // grid.step)
        windows = sliding_window_view(padded, places)[np.clip(first, -places, grid.length) + places]
        reduced = windows.max(axis=1) if aggregator == "max" else windows.min(axis=1)
        return np.where(np.isinf(reduced), np.nan, reduced)


def _refuse(expression: tree.Expression) -> None:
    match expression:
        case tree.MetricQuery():
            if pointwise.rollup_s(expression) or filling.fill_of(expression) is not None:
                raise NotAtOnceError
        case tree.Arithmetic(left=left, right=right):
            _refuse(left)
            _refuse(right)
        case tree.Function(name=name, arguments=arguments):
            if name not in _AT_ONCE:
                raise NotAtOnceError
            for each in arguments:
                _refuse(each)
        case tree.Number():
            pass
        case _:
            raise NotAtOnceError


def arrays(leaf: tree.MetricQuery, source: MetricSource, span: tuple[int, int], interval: int) -> list[Array]:
    """Read the groups of a query; what lies outside the span may be in it too.

    Raises:
        NotAtOnceError: what a point is depends on when it is asked for.
    """
    if not isinstance(source, MemorySource):
        raise NotAtOnceError
    query, shift = shift_of(leaf)
    groups = source.columns(query)
    if any(len(each) > 1 and _bridged(each) for each in groups.values()):
        raise NotAtOnceError
    stacked = [_stacked(tags, columns, query, interval, shift) for tags, columns in groups.items()]
    ready = [each for each in stacked if each is not None]
    if len(ready) == len(stacked):
        return ready
    start, end = span
    return [_of_points(each, shift) for each in source.series(query, start - shift, end - shift, interval)]


def _bridged(columns: Sequence[Column]) -> bool:
    """Whether a gap in a series is bridged where another has a point: a look does not know the far end yet."""
    alike = len({(each.start, each.step, len(each.values)) for each in columns}) == 1
    return columns[0].kind == "gauge" and (not alike or any(None in each.values for each in columns))


def _stacked(
    tags: Group, columns: Sequence[Column], query: tree.MetricQuery, interval: int, shift: int
) -> Array | None:
    first = columns[0]
    alike = all(
        (each.start, each.step, len(each.values)) == (first.start, first.step, len(first.values)) for each in columns
    )
    if not alike or not plain(query, first, interval):
        return None
    values = [np.array(each.values, dtype=np.float64) for each in columns]
    joined = values[0]
    if len(values) > 1:
        with np.errstate(all="ignore"):
            joined = _stack(query.aggregator, np.vstack(values))
    scaled = joined * scale_of(query, first, interval)
    return Array(tuple(sorted(tags)), first.start + shift, first.step, scaled, first.kind == "gauge")


def _stack(aggregator: str, values: Floats) -> Floats:
    known = ~np.isnan(values)
    if aggregator in {"min", "max"}:
        extreme: Floats = np.fmin.reduce(values) if aggregator == "min" else np.fmax.reduce(values)
        return extreme
    total = np.where(known.any(axis=0), np.nansum(values, axis=0), np.nan)
    return total if aggregator == "sum" else total / known.sum(axis=0)


def _of_points(series: Series, shift: int) -> Array:
    moments = np.fromiter((moment + shift for moment, _ in series.points), np.int64, len(series.points))
    step = int(np.gcd.reduce(np.diff(moments))) if len(moments) > 1 else 1
    values = np.full((int(moments[-1]) - int(moments[0])) // step + 1, np.nan)
    values[(moments - moments[0]) // step] = [value for _, value in series.points]
    return Array(tuple(sorted(series.tags)), int(moments[0]), step, values, series.kind == "gauge")


def _grid(every: Sequence[Array], span: tuple[int, int]) -> Grid:
    if not every:
        return Grid(span[0], max(span[1] - span[0], 1), 1)
    start = min(each.start for each in every)
    step = math.gcd(*(each.step for each in every if len(each.values) > 1), *(each.start - start for each in every))
    step = step or 1
    end = max(each.start + (len(each.values) - 1) * each.step for each in every)
    return Grid(start, step, (end - start) // step + 1)


def _placed(array: Array, grid: Grid) -> Floats:
    if (array.start, array.step, len(array.values)) == (grid.start, grid.step, grid.length):
        return array.values
    line = np.full(grid.length, np.nan)
    places = (array.start - grid.start + np.arange(len(array.values)) * array.step) // grid.step
    line[places] = array.values
    return line


def _refuse_bridges(lines: Sequence[Floats]) -> None:
    """Refuse a gap inside a line where another line has a point: a look does not know the far end of it yet."""
    known = np.any([~np.isnan(line) for line in lines], axis=0)
    for line in lines:
        own = np.flatnonzero(~np.isnan(line))
        if len(own) and np.any(known[own[0] : own[-1]] & np.isnan(line[own[0] : own[-1]])):
            raise NotAtOnceError


def _pointwise(node: tree.Expression, lines: dict[tree.MetricQuery, Floats]) -> Floats:
    match node:
        case tree.Number(value=value):
            return np.float64(value)  # type: ignore[return-value]  # a number is the same at any time
        case tree.MetricQuery():
            return lines[tree.queries(node)[0]]
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return _operate(operator, _pointwise(left, lines), _pointwise(right, lines))
        case tree.Function(name=name, arguments=arguments):
            return _function(name, [_pointwise(each, lines) for each in arguments])
        case _:
            raise NotAtOnceError


def on_sums(node: tree.Expression, sums: dict[tree.MetricQuery, Floats]) -> Floats:
    """Compute a formula on what each of its queries adds up to; NaN where none of them has a point."""
    known = np.any([~np.isnan(each) for each in sums.values()], axis=0)
    zeros = {query: np.nan_to_num(each) for query, each in sums.items()}
    return np.where(known, _pointwise(node, zeros), np.nan)


def _operate(operator: tree.Operator, left: Floats, right: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if operator == "/":
            result = np.divide(left, right)
        elif operator == "*":
            result = np.multiply(left, right)
        else:
            result = np.add(left, right) if operator == "+" else np.subtract(left, right)
    return np.where(np.isfinite(result), result, np.nan)


def _function(name: str, arguments: Sequence[Floats]) -> Floats:
    first = arguments[0]
    number = arguments[1] if len(arguments) > 1 else np.float64(0)
    table: dict[str, Callable[[], Floats]] = {
        "": lambda: first,
        "abs": lambda: np.abs(first),
        "clamp_min": lambda: np.maximum(first, number),
        "clamp_max": lambda: np.minimum(first, number),
        "cutoff_min": lambda: np.where(first >= number, first, np.nan),
        "cutoff_max": lambda: np.where(first <= number, first, np.nan),
        "is_greater": lambda: np.where(np.isnan(first), np.nan, first > number),
        "is_less": lambda: np.where(np.isnan(first), np.nan, first < number),
    }
    assert table.keys() == functions.POINTWISE.keys() & _AT_ONCE  # noqa: S101 - one cannot be missing
    return table[name]()
