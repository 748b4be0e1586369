"""A monitor through history: what is left out between looks changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_datadog.evaluate.look import Sources
from sightline_datadog.evaluate.machine import advance
from sightline_datadog.evaluate.machine_replay import course
from sightline_datadog.evaluate.machine_rules import rules_of
from sightline_datadog.evaluate.memory import Column, MemorySource
from sightline_datadog.evaluate.monitor import prepare
from sightline_datadog.evaluate.states import Occasion, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.states import Notification, Standing, Transition

START = 1_700_006_400

VALUES = st.lists(
    st.tuples(st.sampled_from([0.0, 4.0, 9.0, None, None]), st.integers(1, 30)), min_size=1, max_size=8
).map(lambda runs: [value for value, times in runs for _ in range(times)])
OPTIONS = st.fixed_dictionaries(
    {
        "on_missing_data": st.sampled_from([None, "show_no_data", "show_and_notify_no_data", "resolve"]),
        "renotify_interval": st.sampled_from([None, 7, 20]),
        "renotify_occurrences": st.sampled_from([None, 2]),
        "timeout_h": st.sampled_from([None, 1]),
        "new_group_delay": st.sampled_from([None, 200]),
        "group_retention_duration": st.sampled_from([None, "60m"]),
        "thresholds": st.sampled_from([{"critical": 5.0}, {"critical": 5.0, "warning": 3.0, "critical_recovery": 2.0}]),
    }
)


def brute(body: dict[str, Any], sources: Sources, end: int) -> tuple[list[Transition], list[Notification]]:
    """Look every minute, at everything."""
    monitor, rules = prepare(body), rules_of(body)
    standings: Mapping[Group, Standing] = {}
    transitions: list[Transition] = []
    told: list[Notification] = []
    for now in range(START, end, 60):
        moved = advance(standings, monitor.look(sources, now), rules)
        standings = moved.standings
        transitions += moved.transitions
        told += moved.notifications
    return transitions, told


@settings(max_examples=60)
@given(VALUES, VALUES, OPTIONS)
def test_the_quick_way_through_history_tells_what_every_look_tells(
    first: list[float | None], second: list[float | None], options: dict[str, Any]
) -> None:
    """Same transitions and notifications at the same seconds with the same numbers, gaps and timers included."""
    columns = [
        Column("load", (f"host:{name}",), "gauge", START, 60, values) for name, values in (("a", first), ("b", second))
    ]
    body = {"type": "query alert", "query": "avg(last_5m):avg:load{*} by {host} > 5", "options": options}
    sources = Sources(MemorySource(columns), lambda _: None)
    end = START + 60 * (max(len(first), len(second)) + 150)
    transitions, told = brute(body, sources, end)
    moved = [each for _, each in course(body, sources, START, end)]
    assert [each for one in moved for each in one.transitions] == transitions
    quick = [each for one in moved for each in one.notifications]
    assert [(each.at, each.group, each.before, each.after, each.occasion) for each in quick] == [
        (each.at, each.group, each.before, each.after, each.occasion) for each in told
    ]
    assert [each.standing.values for each in quick] == [each.standing.values for each in told]


def test_a_group_that_is_new_comes_with_the_numbers_of_its_own_look() -> None:
    """Its delay ends while nothing changes but the number."""
    columns = [Column("load", ("host:b",), "gauge", START, 60, [0.0, 4.0])]
    body = {
        "type": "query alert",
        "query": "avg(last_5m):avg:load{*} by {host} > 5",
        "options": {"new_group_delay": 200},
    }
    sources, end = Sources(MemorySource(columns), lambda _: None), START + 3600
    moved = [each for _, one in course(body, sources, START, end) for each in one.transitions]
    assert moved == brute(body, sources, end)[0]
    assert [each.values["value"] for each in moved if each.after is State.OK] == [2.0]


def test_a_renotification_has_the_numbers_of_its_own_look() -> None:
    """They move on while the state stays, and people are told the present ones."""
    values: list[float | None] = [*[0.0] * 10, *map(float, range(10, 40))]
    body = {"type": "query alert", "query": "max(last_5m):avg:load{*} > 5", "options": {"renotify_interval": 10}}
    sources = Sources(MemorySource([Column("load", (), "gauge", START, 60, values)]), lambda _: None)
    found = [each for _, one in course(body, sources, START, START + 2400) for each in one.notifications]
    assert [(each.occasion, each.standing.values["value"]) for each in found] == [
        (Occasion.TRANSITION, 10.0),
        (Occasion.RENOTIFY, 20.0),
        (Occasion.RENOTIFY, 30.0),
    ]
