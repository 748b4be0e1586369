"""What a parsed query says of itself: which labels its result keeps, and what it calls on what."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sightline_slo.promql import shape

if TYPE_CHECKING:
    from collections.abc import Iterator

_WINDOW = re.compile(r"\{\{-? *\.window *-?\}\}")


def filled(query: str) -> str:
    """Return a query over one minute, as Sloth looks at it."""
    return _WINDOW.sub("1m", query)


def has_window(query: str) -> bool:
    """Whether a query says where its window goes."""
    return _WINDOW.search(query) is not None


def parsed(query: str) -> Any:
    """Return the tree of a query over one minute, None where it is none; values of plain matchers are left out."""
    return tree_of(shaped(query))


@lru_cache(maxsize=16)
def shaped(query: str) -> str:
    """Return the shape of a query over one minute, which is what many queries have in common."""
    return shape(filled(query))


@lru_cache(maxsize=2048)
def tree_of(query: str) -> Any:
    """Return the tree of a shape, None where it is none."""
    import promql_parser

    try:
        return promql_parser.parse(query)
    except ValueError:
        return None


def calls(node: Any) -> Iterator[tuple[str, str]]:
    """Give each call on a metric: the function, and the metric's name."""
    if node is None:
        return
    name = type(node).__name__
    if name == "Call":
        for each in node.args:
            metric = _metric(each)
            if metric:
                yield node.func.name, metric
            yield from calls(each)
    elif name == "BinaryExpr":
        yield from calls(node.lhs)
        yield from calls(node.rhs)
    elif name in {"AggregateExpr", "ParenExpr", "UnaryExpr", "SubqueryExpr"}:
        yield from calls(node.expr)


def _metric(node: Any) -> str:
    if type(node).__name__ == "MatrixSelector":
        return str(node.vector_selector.name or "")
    return ""


def labels(node: Any) -> frozenset[str] | None:
    """Return the labels that a result keeps; None where it keeps all or nobody can tell."""
    name = type(node).__name__
    if name == "ParenExpr":
        return labels(node.expr)
    if name == "AggregateExpr" and not _picks(str(node.op)):
        modifier = node.modifier
        if modifier is None:
            return frozenset()
        return frozenset(modifier.labels) if "By" in str(modifier.type) else None
    if name == "NumberLiteral":
        return frozenset()
    return None


def _picks(operator: str) -> bool:
    """Whether an aggregation picks series as they are instead of adding them up."""
    return any(each in operator.lower() for each in ("topk", "bottomk", "limit", "count_values"))


def is_series(node: Any) -> bool:
    """Whether a result is the series themselves, or a function of each: with every label they have."""
    name = type(node).__name__
    if name in {"ParenExpr", "UnaryExpr"}:
        return is_series(node.expr)
    if name == "Call":
        return any(type(each).__name__ in {"MatrixSelector", "VectorSelector"} for each in node.args)
    return name == "VectorSelector"
