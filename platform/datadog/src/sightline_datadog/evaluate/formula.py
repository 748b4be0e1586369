"""Arithmetic over windows: each counted query is added up first, the formula is computed on the sums.

The vendor's `as_count_eval_path`: https://docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.functions import FILLING, POINTWISE, refuse_unknown
from sightline_datadog.evaluate.lines import operate
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NotEvaluatedError", "on_sums", "refuse_functions"]


def on_sums(expression: tree.Expression, sums: Mapping[tree.MetricQuery, float | None]) -> float | None:
    """Compute a formula of counted queries.

    Args:
        expression: the formula.
        sums: what each of its queries adds up to; None for one without any point.

    Returns:
        The value; None when no query of it has a point, unless it is in a `default_zero(…)`. One query without points
        beside another with some counts as zero: an error counter that never ticked is no gap. Division by zero is None
        too.

    Raises:
        NotEvaluatedError: it holds a function that is not computed on sums.
    """
    refuse_functions(expression)
    values = [sums[query] for query in tree.queries(expression)]
    if values and all(value is None for value in values) and not _defaulted(expression):
        return None
    return _value(expression, sums)


def refuse_functions(expression: tree.Expression) -> None:
    """Refuse what is not computed on sums.

    Raises:
        NotEvaluatedError: it holds such a function.
    """
    refuse_unknown(expression)
    match expression:
        case tree.Arithmetic(left=left, right=right):
            refuse_functions(left)
            refuse_functions(right)
        case tree.Function(name=name, arguments=arguments):
            if name not in POINTWISE and name not in FILLING:
                raise NotEvaluatedError(f"the function `{name}` is not computed here on counts")
            for each in arguments:
                refuse_functions(each)
        case _:
            pass


def _defaulted(expression: tree.Expression) -> bool:
    match expression:
        case tree.Arithmetic(left=left, right=right):
            return _defaulted(left) or _defaulted(right)
        case tree.Function(name=name, arguments=arguments):
            return name in FILLING or any(_defaulted(each) for each in arguments)
        case _:
            return False


def _value(node: tree.Expression, sums: Mapping[tree.MetricQuery, float | None]) -> float | None:
    match node:
        case tree.Number(value=value):
            return value
        case tree.MetricQuery():
            return sums[tree.queries(node)[0]] or 0.0
        case tree.Arithmetic(operator=operator, left=left, right=right):
            one, other = _value(left, sums), _value(right, sums)
            return None if one is None or other is None else operate(operator, one, other)
        case tree.Function(name=name, arguments=(inner, *others)):
            inside, number = _value(inner, sums), _value(others[0], sums) if others else 0.0
            if name in FILLING:
                return (number or 0.0) if _empty(inner, sums) else inside
            return None if inside is None or number is None else POINTWISE[name](inside, number)
        case _:
            raise NotEvaluatedError("a text is no number")


def _empty(expression: tree.Expression, sums: Mapping[tree.MetricQuery, float | None]) -> bool:
    return all(sums[query] is None for query in tree.queries(expression))
