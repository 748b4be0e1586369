"""Lines: the points of a query, group by group, and arithmetic between them, point by point.

A division by zero is no point, nor is an operation with a side that has none.
https://docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics/
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.evaluate.look import Group

Line = dict[int, float]
"""A value by its second; what is not there is a gap."""
Lines = dict["Group", Line]
Value = Lines | float
"""What an expression comes to: lines, or a number that is the same at any time."""


def combine(operator: tree.Operator, left: Value, right: Value) -> Value:
    """Compute `left operator right` wherever both are, for groups that go together."""
    if not isinstance(left, dict) and not isinstance(right, dict):
        result = operate(operator, left, right)
        return math.nan if result is None else result
    if not isinstance(left, dict):
        number = left
        return each_point(right, lambda value: operate(operator, number, value)) if isinstance(right, dict) else right
    if not isinstance(right, dict):
        divisor = right
        return each_point(left, lambda value: operate(operator, value, divisor))
    return {group: _pointwise(operator, left[one], right[other]) for group, one, other in matching(left, right)}


def matching(left: Mapping[Group, object], right: Mapping[Group, object]) -> list[tuple[Group, Group, Group]]:
    """Pair groups where the tags of one hold those of the other; return the larger of each pair, and both."""
    if left.keys() == right.keys():
        return [(group, group, group) for group in left]
    found = []
    for one in left:
        for other in right:
            if set(one) <= set(other):
                found.append((other, one, other))
            elif set(other) <= set(one):
                found.append((one, one, other))
    return found


def operate(operator: tree.Operator, left: float, right: float) -> float | None:
    """Compute one point; None for a division by zero and for what is no finite number."""
    if operator == "/":
        result = left / right if right else math.nan
    elif operator == "*":
        result = left * right
    else:
        result = left + right if operator == "+" else left - right
    return result if math.isfinite(result) else None


def each_point(lines: Lines, change: Callable[[float], float | None]) -> Lines:
    """Change every value; None removes the point."""
    return {
        group: {moment: after for moment, value in line.items() if (after := change(value)) is not None}
        for group, line in lines.items()
    }


def _pointwise(operator: tree.Operator, left: Line, right: Line) -> Line:
    result = {}
    for moment, value in left.items():
        if moment in right and (after := operate(operator, value, right[moment])) is not None:
            result[moment] = after
    return result


def on_window(aggregator: str, line: Line) -> float | None:
    """Reduce the points of a window to one value; None without points."""
    if not line:
        return None
    if aggregator == "max":
        return max(line.values())
    if aggregator == "min":
        return min(line.values())
    total = math.fsum(line.values())
    return total / len(line) if aggregator == "avg" else total


def resolved(expression: tree.Expression, shift_s: int = 0) -> tree.Expression:
    """Move every shift in time to the queries, as a call `.timeshift(seconds)` that looks so far back."""
    match expression:
        case tree.MetricQuery():
            return _shifted(tree.queries(expression)[0], shift_s)
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return tree.Arithmetic(operator, resolved(left, shift_s), resolved(right, shift_s))
        case tree.Function(name=name, arguments=(inner, *others)) if name == "timeshift" or name in BEFORE:
            # A shift is written as the negative number of seconds to look back.
            own = BEFORE[name] if name in BEFORE else -round(sum(_constant(each) for each in others))
            return resolved(inner, shift_s + own)
        case tree.Function(name=name, arguments=arguments, calls=calls):
            return tree.Function(name, tuple(resolved(each, shift_s) for each in arguments), calls)
        case _:
            return expression


BEFORE = {"hour_before": 3600, "day_before": 86400, "week_before": 7 * 86400, "month_before": 28 * 86400}


def _shifted(query: tree.MetricQuery, shift_s: int) -> tree.MetricQuery:
    return replace(query, calls=(*query.calls, tree.Call("timeshift", (str(shift_s),)))) if shift_s else query


def _constant(expression: tree.Expression) -> float:
    match expression:
        case tree.Number(value=value):
            return value
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return operate(operator, _constant(left), _constant(right)) or 0.0
        case _:
            return 0.0


def shift_of(query: tree.MetricQuery) -> tuple[tree.MetricQuery, int]:
    """Return a query without what `resolved` added, and how many seconds back it looks."""
    if not query.calls or query.calls[-1].name != "timeshift":
        return query, 0
    return replace(query, calls=query.calls[:-1]), int(query.calls[-1].arguments[0])
