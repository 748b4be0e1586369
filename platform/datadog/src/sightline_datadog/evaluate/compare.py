"""Comparing a value with a threshold."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_datadog.query.tree import Comparator

_OPERATORS: dict[Comparator, tuple[Callable[[float, float], bool], str]] = {
    ">": (operator.gt, "above"),
    ">=": (operator.ge, "at or above"),
    "<": (operator.lt, "below"),
    "<=": (operator.le, "at or below"),
    "==": (operator.eq, "equal to"),
    "!=": (operator.ne, "different from"),
}


def passes(value: float, comparator: Comparator, threshold: float) -> bool:
    """Whether `value comparator threshold` holds."""
    return _OPERATORS[comparator][0](value, threshold)


def words(comparator: Comparator) -> str:
    """Say a comparator in words."""
    return _OPERATORS[comparator][1]
