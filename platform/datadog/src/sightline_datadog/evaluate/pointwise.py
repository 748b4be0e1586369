"""An expression over a window, computed point by point: the vendor's `classic_eval_path`.

https://docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_datadog.evaluate import filling, functions
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.filling import Fill
from sightline_datadog.evaluate.lines import Line, Lines, Value, combine, shift_of
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.source import MetricSource, Series


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to but not including `end`, in points of `interval` seconds; `known` is the clock."""

    start: int
    end: int
    interval: int
    known: int


def default_interval(window_s: int) -> int:
    """Return how far apart the points of a window are that says nothing of it, in seconds.

    A graph of a day has a point in 5 minutes, one of two days one in 10; monitors are documented to have coarser points
    in longer windows, not which. These divide the cadence, so that no look sees part of one.
    """
    if window_s <= 3600:
        return 10
    if window_s < 24 * 3600:
        return 60
    return 300 if window_s < 48 * 3600 else 600


def rollup_s(query: tree.MetricQuery) -> int:
    """Return the seconds that `.rollup(…)` behind a query names, 0 where it names none."""
    for call in query.calls:
        if call.name == "rollup":
            texts = (text.strip("\"' ") for text in call.arguments)
            # Python takes `²` for a digit, and `int` does not.
            return next((int(each) for each in texts if each.isascii() and each.isdigit()), 0)
    return 0


def bucketed(query: tree.MetricQuery, span: Span) -> tuple[int, int]:
    """Return the bounds to ask a query for, in the window's time: whole buckets of its rollup that are known yet.

    Buckets start at multiples of their length since 1970, wherever the window does: the last one may be partial.
    """
    width = rollup_s(query)
    if not width:
        return span.start, span.end
    return span.start - span.start % width, max(span.end, min(span.end + -span.end % width, span.known))


def lines(expression: tree.Expression, span: Span, source: MetricSource) -> Lines:
    """Compute an expression that `resolved` made, group by group.

    Raises:
        NotEvaluatedError: it holds what is not computed, or is no query at all.
    """
    leaves = list(dict.fromkeys(tree.queries(expression)))
    lookback = functions.lookback_s(expression)
    asked = {leaf: _ask(leaf, span, source, lookback, alone=len(leaves) == 1) for leaf in leaves}
    starts = {leaf: bucketed(leaf, span)[0] for leaf in leaves}
    start = min(starts.values(), default=span.start)
    moments = _moments(asked, expression, start, span)
    union = sorted({moment for found in asked.values() for line in _tagged(found).values() for moment in line})
    values: dict[tree.MetricQuery, Lines] = {}
    for leaf, found in asked.items():
        fill = filling.fill_of(leaf)
        ready = {}
        for group, line in _tagged(found).items():
            if fill is not None:
                line = filling.filled(line, moments, fill)  # noqa: PLW2901 - the same line, without its gaps
            elif len(leaves) > 1 and _bridged(leaf, found):
                line = filling.filled(line, union, Fill("linear"))  # noqa: PLW2901 - as above
            ready[group] = line if lookback else filling.between(line, starts[leaf], _end(leaf, span))
        values[leaf] = ready
    result = _value(expression, values, moments)
    if not isinstance(result, dict):
        raise NotEvaluatedError("it is a number and no query")
    return {group: filling.between(line, start, max(span.end, span.known)) for group, line in result.items()}


def _end(leaf: tree.MetricQuery, span: Span) -> int:
    return bucketed(leaf, span)[1]


def _ask(leaf: tree.MetricQuery, span: Span, source: MetricSource, lookback: int, *, alone: bool) -> list[Series]:
    query, shift = shift_of(leaf)
    fill = filling.fill_of(leaf)
    before = lookback + (fill.limit_s if fill else 0 if alone else filling.DEFAULT_LIMIT_S)
    start, end = bucketed(leaf, span)
    width = rollup_s(leaf)
    start -= before + (-before % width if width else 0)
    found = source.series(query, start - shift, end - shift, span.interval)
    if not shift:
        return found
    return [
        type(each)(each.tags, tuple((moment + shift, value) for moment, value in each.points), each.kind, each.step)
        for each in found
    ]


def _tagged(found: Sequence[Series]) -> Lines:
    return {tuple(sorted(each.tags)): dict(each.points) for each in found}


def _bridged(leaf: tree.MetricQuery, found: Sequence[Series]) -> bool:
    return any(each.kind == "gauge" for each in found) and not leaf.has("as_count") and not leaf.has("as_rate")


def _moments(
    asked: Mapping[tree.MetricQuery, Sequence[Series]], expression: tree.Expression, start: int, span: Span
) -> list[int]:
    if not any(filling.fill_of(leaf) for leaf in asked) and not fills(expression):
        return []
    interval = max((rollup_s(leaf) for leaf in asked), default=0) or span.interval
    points: list[tuple[Line, int]] = [(dict(each.points), each.step) for found in asked.values() for each in found]
    return filling.grid(points, start, span.end, interval)


def fills(expression: tree.Expression) -> bool:
    """Whether a function of an expression puts values where there are none."""
    match expression:
        case tree.Arithmetic(left=left, right=right):
            return fills(left) or fills(right)
        case tree.Function(name=name, arguments=arguments):
            return name in functions.FILLING or any(fills(each) for each in arguments)
        case _:
            return False


def _value(node: tree.Expression, values: Mapping[tree.MetricQuery, Lines], moments: Sequence[int]) -> Value:
    match node:
        case tree.Number(value=value):
            return value
        case tree.MetricQuery():
            return values[tree.queries(node)[0]]
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return combine(operator, _value(left, values, moments), _value(right, values, moments))
        case tree.Function(name=name, arguments=arguments):
            inner = [_value(each, values, moments) for each in arguments if not isinstance(each, tree.Text)]
            texts = [each.value for each in arguments if isinstance(each, tree.Text)]
            if name in functions.FILLING and inner and inner[0] == {} and not grouped(arguments[0]):
                empty: Group = ()
                inner[0] = {empty: {}}
            return functions.apply(name, inner, texts, moments)
        case _:
            raise NotEvaluatedError("a text is no number")


def grouped(expression: tree.Expression) -> bool:
    """Whether an expression has a line for each group of tags, rather than one."""
    match expression:
        case tree.MetricQuery(by=by):
            return bool(by)
        case tree.Arithmetic(left=left, right=right):
            return grouped(left) or grouped(right)
        case tree.Function(name=name, arguments=arguments):
            return name not in functions.COUNTS and any(grouped(each) for each in arguments)
        case _:
            return False
