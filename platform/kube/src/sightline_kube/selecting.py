"""Label selectors, as the API server evaluates them.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_kube.shapes import items, mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

OPERATORS = frozenset({"In", "NotIn", "Exists", "DoesNotExist"})


def matches(selector: Any, labels: Mapping[str, str]) -> bool:
    """Whether a selector of `matchLabels` and `matchExpressions` takes these labels.

    An empty selector takes everything. An expression that the API server would refuse takes nothing.
    """
    wanted = mapping(mapping(selector).get("matchLabels"))
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        _holds(each, labels) for each in items(mapping(selector).get("matchExpressions"))
    )


def equals(selector: Any, labels: Mapping[str, str]) -> bool:
    """Whether a Service's selector takes these labels; an empty one takes nothing, unlike `matches`."""
    wanted = mapping(selector)
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def _holds(expression: Any, labels: Mapping[str, str]) -> bool:
    operator, key = mapping(expression).get("operator"), str(mapping(expression).get("key"))
    values = items(mapping(expression).get("values"))
    if operator == "In":
        return key in labels and labels[key] in values
    if operator == "NotIn":
        return key not in labels or labels[key] not in values
    if operator == "Exists":
        return key in labels
    return operator == "DoesNotExist" and key not in labels
