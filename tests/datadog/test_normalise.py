"""An object never differs from what the vendor makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from sightline_datadog.checks import check
from sightline_datadog.documents import Document, Kind
from sightline_datadog.normalise import normalise
from sightline_datadog.normalise.compare import compared
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


def both(kind: Kind, there: dict[str, Any], wanted: dict[str, Any]) -> tuple[list[str], tuple[str, ...]]:
    made = compared(kind, there, wanted)
    return [each.path for each in diff(made.before, made.after)], made.unknown


MONITOR: dict[str, Any] = {
    "type": "metric alert",
    "query": "avg(last_5m):avg:a{*} > 1",
    "options": {"thresholds": {"critical": 1}},
}
API_TEST: dict[str, Any] = {
    "type": "api",
    "subtype": "http",
    "name": "s",
    "locations": ["a"],
    "options": {"tick_every": 60},
}


@pytest.mark.parametrize(
    ("kind", "body", "added"),
    [
        (Kind.MONITOR, MONITOR, {"options": {**MONITOR["options"], "require_full_window": False, "locked": False}}),
        (Kind.MONITOR, MONITOR, {"options": {**MONITOR["options"], "silenced": {"*": 1_800_000_000}}}),
        (Kind.MONITOR, MONITOR | {"priority": 0, "message": "a\n"}, {"priority": None, "message": "a"}),
        (
            Kind.DASHBOARD,
            {"widgets": [{"definition": {}}], "tabs": [{"widget_ids": ["@1"]}], "notify_list": ["b", "a"]},
            {
                "widgets": [{"id": 7, "definition": {}}],
                "tabs": [{"id": "x", "widget_ids": [7]}],
                "notify_list": ["a", "b"],
            },
        ),
        (Kind.SYNTHETICS, API_TEST, {"status": "live"}),
        (Kind.SYNTHETICS, {**API_TEST, "config": {"steps": []}}, {"config": {}}),
        (Kind.DOWNTIME, {"scope": "a:b"}, {"schedule": {"start": "2026-01-01T00:00:00+00:00", "end": None}}),
        (Kind.GATE_RULE, {"name": "n", "options": {"excluded_resources": []}}, {"options": {}}),
    ],
)
def test_what_a_server_fills_in_is_no_difference(kind: Kind, body: dict[str, Any], added: dict[str, Any]) -> None:
    """Where the author is silent: what is off, empty or the default, a mute by hand, a clock, and where it runs."""
    assert both(kind, {**body, **added}, body) == ([], ())


@pytest.mark.parametrize(
    ("kind", "there", "wanted", "path"),
    [
        (Kind.MONITOR, {**MONITOR, "priority": 3}, MONITOR, "priority"),
        (
            Kind.MONITOR,
            {**MONITOR, "options": {**MONITOR["options"], "renotify_interval": 60}},
            MONITOR,
            "options.renotify_interval",
        ),
        (
            Kind.MONITOR,
            {**MONITOR, "options": {**MONITOR["options"], "include_tags": False}},
            MONITOR,
            "options.include_tags",
        ),
        (
            Kind.DASHBOARD,
            {"title": "a", "notify_list": ["b"], "widgets": []},
            {"title": "a", "widgets": []},
            "notify_list",
        ),
    ],
)
def test_what_an_author_took_back_is_a_difference(
    kind: Kind, there: dict[str, Any], wanted: dict[str, Any], path: str
) -> None:
    """A known field that stands otherwise than when left out was said once, on any level."""
    assert both(kind, there, wanted) == ([path], ())


def test_a_field_that_nobody_knows_is_the_authors_where_he_writes_it() -> None:
    """The specification lags: what the author adds to a widget is sent, and what another widget has is told apart."""
    plain = {"definition": {"type": "note", "content": "a"}}
    news = {"definition": {"type": "note", "content": "a", "glow": True}}
    assert both(Kind.DASHBOARD, {"widgets": [plain]}, {"widgets": [news]})[0] == ["widgets[0].definition.glow"]
    assert both(Kind.DASHBOARD, {"widgets": [news]}, {"widgets": [plain]}) == ([], ("widgets[].definition.glow",))


AGAIN = {"rrule": "FREQ=DAILY", "duration": "1d"}


@pytest.mark.parametrize(
    ("kind", "sent", "came"),
    [
        (
            Kind.DOWNTIME,
            {"display_timezone": "", "schedule": {"start": "2050-01-02T03:04:05Z", "end": None}},
            {"display_timezone": "UTC", "schedule": {"start": "2050-01-02T03:04:05+00:00", "end": None}},
        ),
        (
            Kind.DOWNTIME,
            {"schedule": {"recurrences": [AGAIN]}},
            {
                "schedule": {
                    "timezone": "UTC",
                    "recurrences": [{**AGAIN, "start": "2050-01-02T03:04:05"}],
                    "current_downtime": {"start": "2050-01-02T03:04:05+00:00", "end": "2050-01-03T03:04:05+00:00"},
                }
            },
        ),
        (
            Kind.SYNTHETICS,
            {"steps": [{"hasNewStepElement": False, "params": {"files": [{"name": "f", "content": "a"}]}}]},
            {"steps": [{"public_id": "a", "params": {"files": [{"name": "f", "bucketKey": "b"}]}}]},
        ),
        (
            Kind.SYNTHETICS,
            {"config": {"request": {"files": [{"name": "f", "content": "a", "encoding": "base64"}]}}},
            {"config": {"request": {"files": [{"name": "f", "bucketKey": "b"}]}}, "creation_source": "terraform"},
        ),
    ],
)
def test_what_only_one_side_says_is_no_difference(kind: Kind, sent: dict[str, Any], came: dict[str, Any]) -> None:
    """As recorded of Terraform: what is taken and not given back, and what is given back and was never sent."""
    assert both(kind, came, sent) == ([], ())
    assert both(Kind.DOWNTIME, {"schedule": {"recurrences": [AGAIN]}}, {"schedule": {"recurrences": []}})[0]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            Kind.SLO_CORRECTION,
            {"slo_id": "x", "category": "Other", "start": 1, "rrule": "RRULE:FREQ=DAILY;COUNT=3", "duration": 60},
        ),
        (Kind.DOWNTIME, {"scope": "env:(staging OR prod) AND -host:(a OR b)", "monitor_identifier": {"monitor_id": 1}}),
    ],
)
def test_what_the_vendor_takes_passes_the_checks(kind: Kind, body: dict[str, Any]) -> None:
    """As recorded of Terraform: a rule with its name, and values of a key in brackets."""
    assert [each.message for each in check([Document(kind, "a", body)]) if each.is_error] == []


def test_a_value_outside_the_brackets_needs_a_key() -> None:
    """What stands beside them is looked at all the same, at its place."""
    body = {"scope": "env:(a OR b) cc", "monitor_identifier": {"monitor_id": 1}}
    (found,) = check([Document(Kind.DOWNTIME, "a", body)])
    assert "`cc` has no key" in found.message
