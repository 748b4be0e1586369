"""Arithmetic over windows: each counted query is added up first, the formula is computed on the sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping


class NotEvaluatedError(Exception):
    """This cannot be computed here; the message says why. It becomes a state, never a pass."""


def on_sums(expression: tree.Expression, sums: Mapping[tree.MetricQuery, float | None]) -> float | None:
    """Compute a formula of counted queries.

    Args:
        expression: the formula.
        sums: what each of its queries adds up to; None for one without any point.

    Returns:
        The value; None when no query of it has a point. One query without points beside another with some counts as
        zero: an error counter that never ticked is no gap. Division by zero is None too.

    Raises:
        NotEvaluatedError: it holds a function that is not computed on sums.
    """
    refuse_functions(expression)
    values = [sums[query] for query in tree.queries(expression)]
    if values and all(value is None for value in values):
        return None
    return _value(expression, sums)


def refuse_functions(expression: tree.Expression) -> None:
    """Refuse what cannot be computed before its numbers are looked at: without numbers it would pass for no data.

    Raises:
        NotEvaluatedError: it holds a function that is not computed on sums.
    """
    match expression:
        case tree.Arithmetic(left=left, right=right):
            refuse_functions(left)
            refuse_functions(right)
        case tree.Function(name="default_zero" | "", arguments=(inner,)):
            refuse_functions(inner)
        case tree.Listing():
            raise NotEvaluatedError("several queries in one are not computed")
        case tree.Function(name=name):
            raise NotEvaluatedError(f"the function `{name}` is not computed here")
        case _:
            pass


def _value(node: tree.Expression, sums: Mapping[tree.MetricQuery, float | None]) -> float | None:
    match node:
        case tree.Number(value=value):
            return value
        case tree.MetricQuery():
            return sums[node] or 0.0
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return _combine(operator, _value(left, sums), _value(right, sums))
        case tree.Function(name="default_zero", arguments=(inner,)) | tree.Function(name="", arguments=(inner,)):
            return _value(inner, sums)
        case _:
            raise NotEvaluatedError("a text is no number")


def _combine(operator: tree.Operator, left: float | None, right: float | None) -> float | None:
    if left is None or right is None:
        return None
    if operator == "/":
        return left / right if right else None
    return {"+": left + right, "-": left - right, "*": left * right}[operator]
