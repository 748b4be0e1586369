"""An object never differs from what the vendor makes of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from sightline_datadog.documents import Kind
from sightline_datadog.normalise import normalise
from sightline_datadog.sync.diff import diff
from tests.support.conformance import conformance


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


PATHS = {Kind.SLO: "/api/v1/slo", Kind.MONITOR: "/api/v1/monitor", Kind.DASHBOARD: "/api/v1/dashboard"}
FOLDERS = {Kind.SLO: "slos", Kind.MONITOR: "monitors_v1", Kind.DASHBOARD: "dashboards"}


def recorded_creates(kind: Kind) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return (recording, body sent, body answered) of every create that was recorded as done."""
    found = []
    for file in sorted(conformance("datadog", "cassettes", FOLDERS[kind]).glob("*.yaml")):
        for item in (yaml.load(file.read_text(), Loader=yaml.CSafeLoader) or {}).get("interactions", []):
            request, response = item["request"], item["response"]
            if request["method"] != "POST" or not request["uri"].split("?")[0].endswith(PATHS[kind]):
                continue
            if response["status"]["code"] == 200:
                answer = json.loads(response["body"]["string"])
                came = answer["data"][0] if kind is Kind.SLO else answer
                found.append((file.stem, json.loads(request["body"]), came))
    return found


@pytest.mark.parametrize("kind", list(PATHS))
def test_recorded_creates_plan_empty(kind: Kind) -> None:
    """Of every recorded create, what was sent and what came back are equal once normalised."""
    recorded = recorded_creates(kind)
    assert len(recorded) >= 10
    differing = {
        name: [str(field) for field in fields]
        for name, sent, came in recorded
        if (fields := list(diff(normalise(kind, came), normalise(kind, sent))))
    }
    assert differing == {}
