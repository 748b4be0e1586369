"""An object never differs from what the vendor makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from sightline_datadog.documents import Kind
from sightline_datadog.normalise import normalise
from sightline_datadog.sync.diff import diff


@pytest.mark.parametrize(
    ("kind", "sent", "came"),
    [
        (Kind.SLO, {"name": "a", "tags": ["b", "a"]}, {"name": "a", "tags": ["a", "b"], "id": "x", "description": ""}),
        (
            Kind.SLO,
            {"thresholds": [{"timeframe": "7d", "target": 99}]},
            {"thresholds": [{"timeframe": "7d", "target": 99.0, "target_display": "99."}], "tags": []},
        ),
        (Kind.MONITOR, {"type": "query alert"}, {"type": "metric alert", "priority": None, "overall_state": "OK"}),
        (
            Kind.MONITOR,
            {"options": {"thresholds": {"critical": 5}}},
            {"options": {"thresholds": {"critical": 5.0}, "new_host_delay": 300, "silenced": {}}},
        ),
        (
            Kind.DASHBOARD,
            {"widgets": [{"definition": {"type": "note"}}]},
            {"widgets": [{"id": 5, "definition": {"type": "note"}}], "template_variables": None},
        ),
    ],
)
def test_what_came_back_is_what_was_sent(kind: Kind, sent: dict[str, Any], came: dict[str, Any]) -> None:
    """Additions, reorderings and renderings of the server are no difference."""
    assert list(diff(normalise(kind, came), normalise(kind, sent))) == []


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (Kind.SLO, {"tags": ["a"]}, {"tags": ["a", "b"]}),
        (Kind.MONITOR, {"options": {"notify_no_data": True}}, {"options": {}}),
        (Kind.MONITOR, {"message": "a"}, {"message": "b"}),
        (Kind.DASHBOARD, {"widgets": []}, {"widgets": [{"definition": {"type": "note"}}]}),
    ],
)
def test_what_was_decided_is_a_difference(kind: Kind, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Normalising hides no change that somebody made."""
    assert list(diff(normalise(kind, before), normalise(kind, after)))
