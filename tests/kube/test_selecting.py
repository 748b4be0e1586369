"""Selectors take the labels that the API server says they take."""

from __future__ import annotations

from typing import Any

import pytest

from sightline_kube.selecting import equals, matches

LABELS = {"app": "web", "tier": "front"}


def expression(operator: str, key: str = "app", *values: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "takes"),
    [
        ({}, True),
        (None, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "back"}}, False),
        (expression("In", "app", "web", "api"), True),
        (expression("In", "app", "api"), False),
        (expression("In", "none", "api"), False),
        (expression("NotIn", "app", "api"), True),
        (expression("NotIn", "app", "web"), False),
        (expression("NotIn", "none", "web"), True),
        (expression("Exists"), True),
        (expression("Exists", "none"), False),
        (expression("DoesNotExist"), False),
        (expression("DoesNotExist", "none"), True),
        (expression("Unknown"), False),
        ({"matchLabels": {"app": "web"}, **expression("Exists", "none")}, False),
    ],
)
def test_matches(selector: Any, takes: bool) -> None:  # noqa: FBT001 - a column of the table
    """Labels and expressions must all hold; an empty selector takes everything."""
    assert matches(selector, LABELS) is takes


def test_a_service_s_empty_selector_takes_nothing() -> None:
    """Unlike the other kind: a Service without a selector has endpoints of its own."""
    assert not equals({}, LABELS)
    assert not equals(None, LABELS)
    assert equals({"app": "web"}, LABELS)
    assert not equals({"app": "api"}, LABELS)
