"""The functions that are computed here. What is not among them makes a monitor NOT EVALUATED: anomalies, top, ….

https://docs.datadoghq.com/dashboards/functions/
"""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.lines import BEFORE, Line, Lines, Value, each_point, on_window
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

POINTWISE: dict[str, Callable[[float, float], float | None]] = {
    "abs": lambda value, _: abs(value),
    "log2": lambda value, _: math.log2(value) if value > 0 else None,
    "log10": lambda value, _: math.log10(value) if value > 0 else None,
    "clamp_min": max,
    "clamp_max": min,
    "cutoff_min": lambda value, least: value if value >= least else None,
    "cutoff_max": lambda value, most: value if value <= most else None,
    "is_greater": lambda value, other: float(value > other),
    "is_less": lambda value, other: float(value < other),
    "": lambda value, _: value,
    # In the sources here a series without the tag is in no group, so that there is no group `N/A` to leave out.
    "exclude_null": lambda value, _: value,
}
"""Functions of one value and a number, and the neutral ones."""

PER = {"per_second": 1, "per_minute": 60, "per_hour": 3600, "derivative": 1}
FILLING = frozenset({"default_zero", "default"})
COUNTS = frozenset({"count_nonzero", "count_not_null"})
KNOWN = frozenset({*POINTWISE, *PER, *FILLING, *COUNTS, "diff", "cumsum", "moving_rollup", "timeshift"})
RATE_LOOKBACK_S = 300
_ROLLUPS = ("avg", "sum", "min", "max")


def refuse_unknown(expression: tree.Expression) -> None:
    """Refuse what is not computed before its numbers are looked at: without numbers it would pass for no data.

    Raises:
        NotEvaluatedError: it holds a function, or a call behind a bracket, that is not computed.
    """
    match expression:
        case tree.Arithmetic(left=left, right=right):
            refuse_unknown(left)
            refuse_unknown(right)
        case tree.Function(name=name, arguments=arguments, calls=calls):
            if name not in KNOWN and name not in BEFORE:
                raise NotEvaluatedError(f"the function `{name}` is not computed here")
            if calls:
                raise NotEvaluatedError(f"`.{calls[0].name}()` behind a function is not computed here")
            for each in arguments:
                refuse_unknown(each)
        case tree.Listing():
            raise NotEvaluatedError("several queries in one are not computed")
        case tree.Keyword(name=name):
            raise NotEvaluatedError(f"`{name}=` is not computed here")
        case tree.Variable(name=name):
            raise NotEvaluatedError(f"nothing says what `{name}` is")
        case _:
            pass


def lookback_s(expression: tree.Expression) -> int:
    """Return how many seconds before the window the functions of an expression need points."""
    match expression:
        case tree.Arithmetic(left=left, right=right):
            return max(lookback_s(left), lookback_s(right))
        case tree.Function(name="moving_rollup", arguments=(inner, tree.Number(value=seconds), *_)):
            return lookback_s(inner) + round(seconds)
        case tree.Function(name=name, arguments=arguments):
            own = RATE_LOOKBACK_S if name in PER or name == "diff" else 0
            return own + max((lookback_s(each) for each in arguments), default=0)
        case _:
            return 0


def apply(name: str, arguments: Sequence[Value], texts: Sequence[str], grid: Sequence[int]) -> Value:
    """Compute a function.

    Args:
        name: the function's.
        arguments: its values, without its texts.
        texts: its quoted arguments and bare words.
        grid: the seconds at which the window may have points, for those that fill gaps.
    """
    first = arguments[0] if arguments else math.nan
    number = next((each for each in arguments[1:] if not isinstance(each, dict)), 0.0)
    if not isinstance(first, dict):
        changed = POINTWISE[name](first, number) if name in POINTWISE else None
        if changed is None:
            raise NotEvaluatedError(f"`{name}` needs a query")
        return changed
    if name in POINTWISE:
        change = POINTWISE[name]
        return each_point(first, lambda value: change(value, number))
    if name in COUNTS:
        return _count(first, nonzero=name == "count_nonzero")
    return {group: _along(name, line, number, texts, grid) for group, line in first.items()}


def _along(name: str, line: Line, number: float, texts: Sequence[str], grid: Sequence[int]) -> Line:
    if name in FILLING:
        return {moment: line.get(moment, number) for moment in sorted({*line, *grid})}
    if name == "moving_rollup":
        return _moving(line, round(number), texts[0] if texts else "avg")
    return _added_up(line) if name == "cumsum" else _changes(line, PER.get(name))


def _count(lines: Lines, *, nonzero: bool) -> Lines:
    found: Line = {}
    for line in lines.values():
        for moment, value in line.items():
            found[moment] = found.get(moment, 0.0) + (1.0 if value or not nonzero else 0.0)
    return {(): found}


def _moving(line: Line, width_s: int, method: str) -> Line:
    if method not in {*_ROLLUPS, "count"}:
        raise NotEvaluatedError(f"`moving_rollup` by `{method}` is not computed here")
    moments = sorted(line)
    result = {}
    for position, moment in enumerate(moments):
        first = bisect_left(moments, moment - width_s + 1)
        inside = {each: line[each] for each in moments[first : position + 1]}
        value = float(len(inside)) if method == "count" else on_window(method, inside)
        if value is not None:
            result[moment] = value
    return result


def _added_up(line: Line) -> Line:
    total, result = 0.0, {}
    for moment in sorted(line):
        total += line[moment]
        result[moment] = total
    return result


def _changes(line: Line, per_s: int | None) -> Line:
    moments = sorted(line)
    result = {}
    for before, moment in pairwise(moments):
        change = line[moment] - line[before]
        result[moment] = change if per_s is None else change / (moment - before) * per_s
    return result
