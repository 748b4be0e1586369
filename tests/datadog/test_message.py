"""What people are told, as https://docs.datadoghq.com/monitors/notify/variables/ documents it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_datadog.evaluate.message import Message, message, unresolved
from sightline_datadog.evaluate.message_eval import NoValueError, evaluate
from sightline_datadog.evaluate.message_handles import handles
from sightline_datadog.evaluate.states import Notification, Occasion, Standing, State

OK, WARN, ALERT, NO_DATA, _ = State
AT = 1_622_472_207
"""2021-05-31 14:43:27 UTC, the moment of the vendor's own example."""
STANDING = Standing(ALERT, AT, AT, "because", {"value": 12.345678}, first_triggered=AT - 90, last_triggered=AT)
GROUP = ("service:ad-server", "host:web-1", "dot.key.test:five")


def told(before: State = OK, after: State = ALERT, **values: Any) -> Notification:
    return replace(Notification(AT, GROUP, before, after, Occasion.TRANSITION, STANDING), **values)


def said(text: str, one: Notification | None = None, parts: dict[str, float] | None = None, **body: Any) -> Message:
    limits = {"critical": 5.0, "warning": 2.5, "critical_recovery": 4.0}
    whole = {
        "name": "Too many",
        "type": "query alert",
        "query": "avg(last_5m):avg:load{*} by {host} >= 5",
        "message": text,
        "options": {"thresholds": limits},
    }
    return message(whole | body, one or told(), parts)


@pytest.mark.parametrize(
    ("before", "after", "holds"),
    [
        (OK, ALERT, {"is_alert"}),
        (OK, WARN, {"is_warning"}),
        (ALERT, WARN, {"is_warning", "is_alert_to_warning"}),
        (OK, NO_DATA, {"is_no_data"}),
        (ALERT, OK, {"is_recovery", "is_alert_recovery"}),
        (WARN, OK, {"is_recovery", "is_warning_recovery"}),
        (NO_DATA, OK, {"is_recovery", "is_no_data_recovery"}),
    ],
)
def test_a_condition_holds_for_its_transitions_and_its_negation_for_all_others(
    before: State, after: State, holds: set[str]
) -> None:
    """#conditional-variables, the table."""
    names = [
        "is_alert", "is_warning", "is_no_data", "is_recovery", "is_alert_recovery", "is_warning_recovery",
        "is_alert_to_warning", "is_no_data_recovery", "is_renotify", "is_unknown",
    ]  # fmt: skip
    text = " ".join(f"{{{{#{each}}}}}+{each}{{{{/{each}}}}} {{{{^{each}}}}}-{each}{{{{/{each}}}}}" for each in names)
    words = said(text, told(before, after)).text.split()
    assert {each[1:] for each in words if each[0] == "+"} == holds
    assert {each[1:] for each in words if each[0] == "-"} == set(names) - holds


def test_the_escalation_of_the_vendors_example() -> None:
    """The tab `is_renotify`: the first message, what both have in common, and the escalation."""
    text = """{{^is_renotify}}
This monitor is alerting and sending a first message @dev-team@company.com
{{/is_renotify}}

This part is generic.

{{#is_renotify}}
  This is the escalation message @lead@company.com
{{/is_renotify}}"""
    again = told(ALERT, ALERT, occasion=Occasion.RENOTIFY)
    assert said(text).text.splitlines()[1] == "This part is generic."
    assert [each.text for each in said(text).handles] == ["@dev-team@company.com"]
    assert said(text, again).text == "This part is generic.\n  This is the escalation message @lead@company.com"
    assert said(text, again).title.startswith("[Re-Triggered on")


def test_the_old_escalation_message_takes_the_place_of_the_message() -> None:
    """The API's `escalation_message`, of renotifications alone."""
    options = {"escalation_message": "Still! @boss", "renotify_interval": 10}
    assert said("First @me", told(occasion=Occasion.RENOTIFY), options=options).text == "Still! @boss"
    assert said("First @me", options=options).text == "First @me"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('is_match "service.name" "ad"', True),
        ('is_match "service.name" "db" "serv"', True),
        ('is_match "service.name" "db"', False),
        ('is_match "service" "ad"', True),
        ("is_match 'host.name' 'web-'", True),
        ('is_match "host.name" ""', True),
        ('is_exact_match "host.name" "web"', False),
        ('is_exact_match "host.name" "web-1"', True),
        ('is_exact_match "threshold" "5.00"', True),
        ('is_match "dot.key.test.name" "fiv"', True),
        ("is_priority 'P3'", True),
        ("is_priority 'P1'", False),
    ],
)
def test_a_match_compares_a_variable_with_texts(condition: str, holds: bool) -> None:  # noqa: FBT001 - a table
    """The tabs `is_match` and `is_exact_match`: substrings, several of them, numbers by value, `{{else}}`."""
    name = condition.partition(" ")[0]
    made = said(f"{{{{#{condition}}}}}yes{{{{else}}}}no{{{{/{name}}}}}", priority=3)
    assert (made.text, made.faults) == ("yes" if holds else "no", ())
    negated = said(f"{{{{^{condition}}}}}yes{{{{/{name}}}}}", priority=3)
    assert negated.text == ("" if holds else "yes")


def test_blocks_nest_and_comments_and_raw_blocks_are_what_they_say() -> None:
    """#comments and #raw-format."""
    text = (
        '{{#is_alert}}A{{#is_match "host.name" "web"}}B{{^is_warning}}C{{/is_warning}}{{/is_match}}{{/is_alert}}'
        "{{!-- only the editor shows this --}}{{{{raw}}}} {{ .matched }} {{{{/raw}}}}"
        '{{{{is_match "host.name" "web-1"}}}}{{ .matched }} the host name{{{{/is_match}}}}'
    )
    assert said(text).text == "ABC {{ .matched }} {{ .matched }} the host name"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{value}} {{comparator}} {{threshold}}", "12.346 >= 5"),
        ("{{ warn_threshold }}/{{ok_threshold}}", "2.5/4"),
        ("{{host.name}} {{ service.name }}", "web-1 ad-server"),
        ("{{[dot.key.test].name}}", "five"),
        ("{{last_triggered_at_epoch}} {{triggered_duration_sec}}", "1622472207000 90"),
        ("{{local_time 'last_triggered_at' 'Asia/Tokyo'}}", "2021-05-31 23:43:27+09:00"),
        ('{{eval "last_triggered_at_epoch-15*60*1000"}}', "1622471307000"),
        ('{{eval "int(value)"}} {{eval "dec(threshold)"}}', "12 0"),
        ('{{eval "humanize_bytes(value*1024^2)"}}', "12.35 MB"),
        ("@slack-{{service.name}} in {{service.name}}.", "@slack-ad-server in ad-server."),
        ("{{log.message}}|", "|"),
    ],
)
def test_a_variable_says_what_is_known(text: str, shown: str) -> None:
    """#template-variables, #multi-alert-variables, #local-time and the guide to evaluation."""
    made = said(text)
    assert (made.text, made.faults) == (shown, ())


def test_what_a_tag_holds_is_escaped_unless_asked_for_as_it_is() -> None:
    """#character-escape."""
    one = told(group=("app:a<b>",))
    assert said("{{app.name}} {{{app.name}}}", one).text == "a&lt;b&gt; a<b>"


def test_several_values_of_one_key_stand_in_order() -> None:
    """#multi-alert-variables: "a comma-separated string of all values, in the lexicographic order"."""
    assert said("{{env.name}}", told(group=("env:prod", "env:dev"))).text == "dev,prod"


def test_a_composite_names_the_values_of_its_monitors() -> None:
    """#composite-monitor-variables."""
    assert said("{{ a.value }} and {{b.value}}", parts={"a": 3.5, "b": 2}).text == "3.5 and 2"


def test_what_nobody_knows_is_reported_and_not_swallowed() -> None:
    """Unknown variables, conditions, zones and functions, blocks without an end or a beginning: each with its place."""
    text = "{{cluster.name}} {{#is_allert}}x{{/is_allert}} {{#is_alert}}y {{/is_warning}} {{eval 'nope(value)'}}"
    made = said(text)
    assert made.text.startswith("{{cluster.name}}")
    assert set(unresolved(made.faults)) == {
        "there is no variable `cluster.name` in this monitor's message",
        "there is no condition `is_allert`",
        "`{{#is_alert}}` is never closed",
        "`{{/is_warning}}` closes nothing",
        "there is no function `nope`",
    }
    assert all(text[slice(*each.at)].startswith("{{") for each in made.faults)


def test_the_title_tells_the_state_and_the_group_unless_asked_not_to() -> None:
    """The API's `include_tags`: `[Triggered on {host:h1}] Monitor Title` or `[Triggered] Monitor Title`."""
    one = told(group=("host:h1",))
    assert said("", one, name="Monitor {{host.name}}").title == "[Triggered on {host:h1}] Monitor h1"
    assert said("", one, options={"include_tags": False}).title == "[Triggered] Too many"
    assert said("", told(ALERT, OK, group=())).title == "[Recovered] Too many"


def test_handles_tell_who_is_told() -> None:
    """https://docs.datadoghq.com/monitors/notify/#notifications, with arguments and punctuation around them."""
    text = "Mail ops@shop.com? No: (@ops@shop.com), @here, @slack-a-b @webhook-x: @workflow-w(host=a) @ana. @ana"
    assert [(each.text, each.kind) for each in handles(text)] == [
        ("@ops@shop.com", "email"), ("@here", "everybody"), ("@slack-a-b", "slack"), ("@webhook-x", "webhook"),
        ("@workflow-w", "workflow"), ("@ana", "person"),
    ]  # fmt: skip


def test_a_preset_hides_the_handles_and_tells_them_all_the_same() -> None:
    """https://docs.datadoghq.com/monitors/notify/#toggle-additional-content."""
    made = said("Look. @ana", options={"notification_preset_name": "hide_handles"})
    assert (made.text, [each.text for each in made.handles]) == ("Look.", ["@ana"])


def test_a_message_can_ask_for_another_priority() -> None:
    """https://docs.datadoghq.com/monitors/notify/#priority."""
    text = (
        "{{#is_alert}}{{override_priority 'P1'}}{{/is_alert}}{{#is_warning}}{{override_priority 'P4'}}{{/is_warning}}"
    )
    assert [said(text, told(OK, each), priority=3).priority for each in (ALERT, WARN, NO_DATA)] == [1, 4, 3]


@pytest.mark.parametrize(
    ("text", "value"),
    [("1+2*3^2", 19), ("(1+2)*3", 9), ("-2^2", -4), ("7%4", 3), ("atan2(0, 1)", 0), ("abs(-1.5)", 1.5), ("8/2/2", 2)],
)
def test_arithmetic_has_the_usual_order(text: str, value: float) -> None:
    """Powers before products before sums; from the left."""
    assert evaluate(text, {}) == pytest.approx(value)


@pytest.mark.parametrize("text", ["1/0", "9^9^9^9", "x", "1+", "(1", "log10(0-1)", "1 2", "int()", "(0-8)^0.5"])
def test_what_has_no_value_is_refused(text: str) -> None:
    """With a reason, and not with a crash."""
    with pytest.raises(NoValueError):
        evaluate(text, {})


@given(st.text("{}#^/!-\"' is_alert match value.name else eval raw@[]()+*", max_size=60))
def test_no_message_breaks_the_rendering(text: str) -> None:
    """Whatever people write, they are told something."""
    said(text)
    said("{{" + text + "}}")
