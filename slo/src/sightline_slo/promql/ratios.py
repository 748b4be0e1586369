"""What a parsed query divides by what, and whether that can be 0."""

from __future__ import annotations

import operator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sightline_slo.promql.tree import shaped, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPARISONS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "!=": operator.ne,
    "==": operator.eq,
}
_COUNTING = {"count_over_time", "present_over_time", "time"}
"""Functions that give 1 or more where they give anything."""
_KEEPING = {"vector", "clamp_min"}
"""Functions that are never 0 where their last argument is not."""


def ratios(query: str, *, aggregated: bool = True) -> tuple[Any, ...]:
    """Return each division in a query as its author wrote it; see `divisions`."""
    return _ratios(shaped(query), aggregated)


@lru_cache(maxsize=2048)
def _ratios(query: str, aggregated: bool) -> tuple[Any, ...]:  # noqa: FBT001 - no caller but the one above
    return tuple(divisions(tree_of(query), aggregated=aggregated))


def divisions(node: Any, *, aggregated: bool = True) -> Iterator[Any]:
    """Give each division in a query; without `aggregated` only those whose results nobody adds up."""
    name = type(node).__name__
    inner: tuple[Any, ...] = ()
    if name == "BinaryExpr":
        if str(node.op) == "/":
            yield node
        inner = (node.lhs, node.rhs)
    elif name == "Call":
        inner = tuple(node.args)
    elif name in {"ParenExpr", "UnaryExpr", "SubqueryExpr"} or (name == "AggregateExpr" and aggregated):
        inner = (node.expr,)
    for each in inner:
        yield from divisions(each, aggregated=aggregated)


def never_zero(node: Any) -> bool:
    """Whether a result is kept from 0: by a comparison, a clamp, a constant, or because it counts what is there."""
    node = _bare(node)
    match type(node).__name__:
        case "NumberLiteral":
            return bool(node.val)
        case "Call":
            name = node.func.name
            return name in _COUNTING or (name in _KEEPING and never_zero(list(node.args)[-1]))
        case "AggregateExpr":
            kind = str(node.op)
            return kind in {"count", "group"} or (kind in {"sum", "avg", "min", "max"} and never_zero(node.expr))
        case "BinaryExpr":
            return _operation(node)
    return False


def falls_back(node: Any) -> bool:
    """Whether a result is `… or vector(0)`."""
    node = _bare(node)
    if type(node).__name__ != "BinaryExpr" or str(node.op) != "or":
        return False
    other = _bare(node.rhs)
    return type(other).__name__ == "Call" and other.func.name == "vector" and not never_zero(other)


def without_fallback(node: Any) -> Any:
    """Return what stands before `or vector(0)`; a result without it is returned as it is."""
    return _bare(node).lhs if falls_back(node) else node


def _operation(node: Any) -> bool:
    kind, left, right = str(node.op), node.lhs, node.rhs
    if kind in _COMPARISONS:
        return not _lets_zero_through(node)
    if kind == "and":
        # `a and a > 0` keeps `a` where it is above 0; whether both speak of the same nobody can tell.
        return never_zero(left) or never_zero(right)
    return (kind == "unless" and never_zero(left)) or (kind in {"or", "*"} and never_zero(left) and never_zero(right))


def _lets_zero_through(node: Any) -> bool:
    """Whether a comparison holds for 0, or gives 0 and 1 instead of leaving out what it does not hold for."""
    bound = _bare(node.rhs)
    if node.modifier is not None and node.modifier.return_bool:
        return True
    return type(bound).__name__ == "NumberLiteral" and _COMPARISONS[str(node.op)](0, bound.val)


def _bare(node: Any) -> Any:
    """Return what stands in parentheses."""
    while type(node).__name__ == "ParenExpr":
        node = node.expr
    return node
