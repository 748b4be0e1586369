"""How a monitor moves over time, rule by rule as the vendor documents them; each claim names its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.machine import advance, overall, unmuted
from sightline_datadog.evaluate.machine_group import FOREVER, Muting
from sightline_datadog.evaluate.machine_mute import Downtime, covers, muting, silenced
from sightline_datadog.evaluate.machine_rules import Rules, rules_of
from sightline_datadog.evaluate.states import Evaluation, Notification, Occasion, Standing, State, worst
from sightline_datadog.evaluate.thresholds import Thresholds, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.query.tree import Comparator

MINUTE, HOUR = 60, 3600
OK, WARN, ALERT, NO_DATA, NOT_EVALUATED = State
QUERY = "avg(last_5m):avg:load{*} by {host} > 5"


def monitor(query: str = QUERY, kind: str = "query alert", **options: Any) -> dict[str, Any]:
    return {"type": kind, "query": query, "options": options}


class Watched:
    """One monitor, looked at by hand."""

    def __init__(self, rules: Rules | None = None, **options: Any) -> None:
        self.rules = rules or rules_of(monitor(**options))
        self.standings: Mapping[Group, Standing] = {}
        self.told: list[Notification] = []
        self.muted: Callable[[Group], Muting | None] = unmuted

    def look(self, at: int, asked: Mapping[Group, State | Evaluation], absent: State | None = None) -> list[str]:
        """Look at a second; return what people hear, such as `OK > ALERT`."""
        found = {
            group: each if isinstance(each, Evaluation) else Evaluation(each, "because")
            for group, each in asked.items()
        }
        gone = None if absent is None else Evaluation(absent, "gone", missing=True)
        moved = advance(self.standings, Look(found, at, gone), self.rules, self.muted)
        self.standings = moved.standings
        self.told += moved.notifications
        return [f"{each.before} > {each.after}" for each in moved.notifications if not each.muted]

    def state(self, *group: str) -> State:
        return self.standings[group].state


A, B = ("host:a",), ("host:b",)


def test_a_monitor_begins_at_no_data_and_nobody_hears_that_all_is_well() -> None:
    """A group's first OK is a transition and no notification; without groups it is at NO DATA."""
    watched = Watched()
    assert watched.look(0, {}) == []
    assert watched.state() is NO_DATA
    assert watched.look(60, {A: OK}) == []
    assert (watched.state(*A), watched.standings.get(())) == (OK, None)


def test_every_worse_state_and_the_recovery_is_told() -> None:
    """Warning, alert, back to warning, recovery: https://docs.datadoghq.com/monitors/notify/variables/ names each."""
    watched = Watched()
    heard = [watched.look(60 * n, {A: state}) for n, state in enumerate([OK, WARN, ALERT, WARN, OK])]
    assert heard == [[], ["OK > WARN"], ["WARN > ALERT"], ["ALERT > WARN"], ["WARN > OK"]]


def test_a_recovery_threshold_holds_the_state_until_it_is_passed() -> None:
    """https://docs.datadoghq.com/monitors/guide/recovery-thresholds/: it adds a condition to the recovery alone."""
    watched = Watched()
    held = Evaluation(OK, "between", holds=frozenset({ALERT, WARN}))
    watched.look(0, {A: held})
    assert watched.state(*A) is OK
    watched.look(60, {A: ALERT})
    assert watched.look(120, {A: held}) == []
    assert watched.look(180, {A: Evaluation(OK, "past the alert's", holds=frozenset({WARN}))}) == ["ALERT > WARN"]
    assert watched.look(240, {A: OK}) == ["WARN > OK"]


@pytest.mark.parametrize(
    ("sign", "critical", "recovery", "steps"),
    [
        (">", 80, 70, [(81, ALERT), (75, ALERT), (70, OK)]),
        (">=", 80, 70, [(80, ALERT), (70, ALERT), (69, OK)]),
        ("<", 20, 30, [(19, ALERT), (29, ALERT), (30, OK)]),
        ("<=", 20, 30, [(20, ALERT), (30, ALERT), (31, OK)]),
    ],
)
def test_the_recovery_table_of_the_vendor(
    sign: Comparator, critical: float, recovery: float, steps: list[tuple[float, State]]
) -> None:
    """https://docs.datadoghq.com/monitors/guide/recovery-thresholds/, all four of its rows."""
    thresholds = Thresholds(sign, critical, critical_recovery=recovery)
    watched = Watched()
    for at, (value, state) in enumerate(steps):
        watched.look(60 * at, {A: judge(thresholds, value)})
        assert watched.state(*A) is state


def test_the_thresholds_of_the_vendors_example() -> None:
    """The same page: critical 80, warning 60, critical_recovery 70, warning_recovery 50."""
    thresholds = Thresholds(">", 80, 60, 70, 50)
    watched = Watched()
    values = {61: WARN, 55: WARN, 50: OK, 55.5: OK, 90: ALERT, 75: ALERT, 65: WARN, 51: WARN, 49: OK}
    for at, (value, state) in enumerate(values.items()):
        watched.look(60 * at, {A: judge(thresholds, value)})
        assert (value, watched.state(*A)) == (value, state)


def test_groups_move_by_themselves_and_the_monitor_is_as_its_worst_group() -> None:
    """https://docs.datadoghq.com/monitors/configuration/#multi-alert: one notification for each group."""
    watched = Watched()
    watched.look(0, {A: OK, B: OK})
    assert watched.look(60, {A: ALERT, B: OK}) == ["OK > ALERT"]
    assert watched.told[-1].group == A
    assert overall(watched.standings) is ALERT
    assert [worst(each) for each in ([OK, NO_DATA], [NO_DATA, WARN], [OK, NOT_EVALUATED], [])] == [
        NO_DATA, WARN, NOT_EVALUATED, NO_DATA,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "asked", "state", "heard"),
    [
        ("show_no_data", NO_DATA, NO_DATA, []),
        ("show_and_notify_no_data", NO_DATA, NO_DATA, ["OK > NO DATA"]),
        ("resolve", OK, OK, []),
        ("default", None, OK, []),
    ],
)
def test_missing_data_is_shown_and_told_as_the_option_asks(
    mode: str, asked: State | None, state: State, heard: list[str]
) -> None:
    """https://docs.datadoghq.com/monitors/configuration/#no-data, the table of the options."""
    watched = Watched(on_missing_data=mode)
    watched.look(0, {A: OK})
    assert watched.look(60, {}, absent=asked) == heard
    assert watched.state(*A) is state


def test_a_group_that_never_reported_cannot_miss_data() -> None:
    """Same page: "The monitor must be able to evaluate data before alerting on missing data."."""
    watched = Watched(on_missing_data="show_and_notify_no_data")
    assert [watched.look(60 * n, {}, absent=NO_DATA) for n in range(3)] == [[], [], []]
    assert watched.standings[()].reported is None


def test_a_recovery_from_no_data_is_told_where_the_no_data_was() -> None:
    """What nobody heard of cannot be over."""
    for mode, heard in (("show_no_data", []), ("show_and_notify_no_data", ["NO DATA > OK"])):
        watched = Watched(on_missing_data=mode)
        watched.look(0, {A: OK})
        watched.look(60, {}, absent=NO_DATA)
        assert watched.look(120, {A: OK}) == heard


def test_an_alert_that_ends_after_a_silent_gap_is_told_to_be_over() -> None:
    """ALERT, a NO DATA that is only shown, OK: people still wait for the end of what they heard of."""
    watched = Watched(on_missing_data="show_no_data")
    watched.look(0, {A: ALERT})
    watched.look(60, {}, absent=NO_DATA)
    assert watched.look(120, {A: OK}) == ["NO DATA > OK"]


@pytest.mark.parametrize(
    ("options", "after_s"),
    [
        ({"notify_no_data": True}, 5 * MINUTE),
        ({"notify_no_data": True, "no_data_timeframe": 30}, 25 * MINUTE),
        ({"notify_no_data": True, "no_data_timeframe": 5}, 0),
    ],
)
def test_the_old_option_waits_for_its_timeframe(options: dict[str, Any], after_s: int) -> None:
    """The API's `no_data_timeframe`: twice the window unless set; the window itself has passed at an empty look."""
    query = 'logs("service:web").index("*").rollup("count").by("host").last("5m") > 2'
    watched = Watched(rules_of(monitor(query, "log alert", **options)))
    watched.look(0, {A: OK})
    heard = [at for at in range(60, 40 * MINUTE, 60) if watched.look(at, {}, absent=NO_DATA)]
    assert heard == [60 + after_s]


def test_metrics_and_checks_have_waited_when_they_ask_for_no_data() -> None:
    """They know when the last point was, so that the looks do not wait once more."""
    check = '"http.can_connect".over("*").by("host").last(2).count_by_status()'
    for body in (monitor(notify_no_data=True), monitor(check, "service check", notify_no_data=True)):
        assert (rules_of(body).no_data_after_s, rules_of(body).notify_no_data) == (0, True)


def test_a_new_group_is_left_alone_for_its_delay() -> None:
    """https://docs.datadoghq.com/monitors/configuration/#new-group-delay: "Delay the evaluation start by N seconds"."""
    watched = Watched(new_group_delay=300)
    heard = [watched.look(at, {A: ALERT}) for at in range(0, 420, 60)]
    assert heard == [[], [], [], [], [], ["NO DATA > ALERT"], []]


def test_the_delay_of_hosts_is_that_of_groups_by_host_unless_the_other_is_set() -> None:
    """The API's `new_host_delay`: "Use new_group_delay instead", and hosts alone."""
    by_service = "avg(last_5m):avg:load{*} by {service} > 5"
    assert rules_of(monitor(new_host_delay=300)).new_group_delay_s == 300
    assert rules_of(monitor(by_service, new_host_delay=300)).new_group_delay_s == 0
    assert rules_of(monitor(new_host_delay=300, new_group_delay=0)).new_group_delay_s == 0


def test_a_group_without_data_is_forgotten_after_a_day_or_as_asked() -> None:
    """https://docs.datadoghq.com/monitors/configuration/#group-retention-time: 24 hours unless set."""
    for kept, gone_s in ((None, 24 * HOUR), ("1h", HOUR)):
        watched = Watched(group_retention_duration=kept)
        watched.look(0, {A: ALERT, B: OK})
        watched.look(60, {B: OK})
        watched.look(60 + gone_s - 60, {B: OK})
        assert watched.state(*A) is ALERT
        assert watched.look(60 + gone_s, {B: OK}) == []
        assert A not in watched.standings


def test_a_triggered_group_without_data_resolves_after_its_hours() -> None:
    """https://docs.datadoghq.com/monitors/configuration/#auto-resolve: it works when data is no longer submitted."""
    watched = Watched(timeout_h=1)
    watched.look(0, {A: ALERT})
    assert [watched.look(at, {A: ALERT}) for at in (HOUR, 2 * HOUR)] == [[], []]
    heard = [watched.look(2 * HOUR + at, {}) for at in (60, HOUR, HOUR + 60, HOUR + 120)]
    assert heard == [[], [], ["ALERT > OK"], []]
    assert watched.look(3 * HOUR + 180, {A: ALERT}) == ["OK > ALERT"]


def test_what_cannot_be_evaluated_is_never_well_and_wakes_nobody() -> None:
    """NOT EVALUATED is ours; the alert that it interrupts is not told twice."""
    watched = Watched()
    watched.look(0, {A: ALERT})
    assert watched.look(60, {A: NOT_EVALUATED}) == []
    assert watched.state(*A) is NOT_EVALUATED
    assert watched.look(120, {A: ALERT}) == []
    watched.look(180, {A: NOT_EVALUATED})
    assert watched.look(240, {A: OK}) == ["NOT EVALUATED > OK"]


def test_it_is_said_again_at_the_interval_while_it_is_not_resolved() -> None:
    """The API's `renotify_interval`: minutes after the last notification."""
    watched = Watched(renotify_interval=10)
    heard = [at // 60 for at in range(0, 31 * MINUTE, 60) if watched.look(at, {A: ALERT})]
    assert heard == [0, 10, 20, 30]
    assert [each.occasion for each in watched.told] == [Occasion.TRANSITION, *[Occasion.RENOTIFY] * 3]
    watched.look(32 * MINUTE, {A: OK})
    assert watched.look(60 * MINUTE, {A: OK}) == []


def test_it_is_said_again_so_many_times_in_these_states() -> None:
    """The API's `renotify_occurrences` and `renotify_statuses`; Alert and No Data unless set."""
    watched = Watched(renotify_interval=10, renotify_occurrences=1)
    assert sum(bool(watched.look(at, {A: ALERT})) for at in range(0, HOUR, 60)) == 2
    assert watched.look(HOUR, {A: WARN}) == ["ALERT > WARN"]
    assert sum(bool(watched.look(HOUR + at, {A: WARN})) for at in range(60, HOUR, 60)) == 0
    warned = Watched(renotify_interval=10, renotify_statuses=["warn"])
    assert sum(bool(warned.look(at, {A: WARN, B: ALERT})) for at in range(0, 31 * MINUTE, 60)) == 4


def test_without_a_limit_it_is_said_for_thirty_hours() -> None:
    """https://docs.datadoghq.com/monitors/notify/#renotify: "stop 30 hours after the first alert"."""
    watched = Watched(renotify_interval=60)
    heard = [at // HOUR for at in range(0, 40 * HOUR, 10 * MINUTE) if watched.look(at, {A: ALERT})]
    assert heard == list(range(31))


def until(end: float, **kwargs: Any) -> Callable[[Group], Muting | None]:
    return lambda group: Muting(end, **kwargs) if group == A else None


def test_a_downtime_mutes_the_notification_and_not_the_state() -> None:
    """https://docs.datadoghq.com/monitors/downtimes/: they "do not prevent monitor states transitions"."""
    watched = Watched()
    watched.look(0, {A: OK, B: OK})
    watched.muted = until(600)
    assert watched.look(60, {A: ALERT, B: ALERT}) == ["OK > ALERT"]
    assert [(each.group, each.muted) for each in watched.told] == [(A, True), (B, False)]
    assert watched.state(*A) is ALERT
    watched.muted = unmuted
    assert watched.look(600, {A: ALERT, B: ALERT}) == ["ALERT > ALERT"]
    assert watched.told[-1].occasion is Occasion.DOWNTIME_END


def test_a_downtime_that_is_cancelled_tells_nothing() -> None:
    """#expiration: "If a downtime is manually canceled, notifications are not sent"."""
    for end in (600, FOREVER):
        watched = Watched()
        watched.muted = until(end)
        watched.look(60, {A: ALERT})
        watched.muted = unmuted
        assert watched.look(120, {A: ALERT}) == []
        assert watched.look(180, {A: OK}) == ["ALERT > OK"]


def test_a_downtime_tells_at_its_end_of_the_states_that_it_names() -> None:
    """The API's `notify_end_states` of a downtime."""
    watched = Watched()
    watched.muted = until(600, at_end=frozenset({ALERT}))
    watched.look(60, {A: WARN})
    watched.muted = unmuted
    assert watched.look(600, {A: WARN}) == []


def test_the_first_recovery_of_what_was_told_before_is_told_in_a_downtime() -> None:
    """#disable-first-recovery-notification, and only the first."""
    for first, heard in ((True, ["ALERT > OK"]), (False, [])):
        watched = Watched()
        watched.look(0, {A: ALERT})
        watched.muted = until(FOREVER, first_recovery=first)
        assert watched.look(60, {A: OK}) == heard
        assert watched.look(120, {A: ALERT}) == []
        assert watched.look(180, {A: OK}) == []


def test_people_are_told_by_the_tags_that_are_asked_for() -> None:
    """The API's `notify_by`: a group by cluster and pod tells once for each cluster; `*` tells once for all."""
    groups = [("cluster:c", "pod:1"), ("cluster:c", "pod:2"), ("cluster:d", "pod:3")]
    query = "avg(last_5m):avg:load{*} by {cluster,pod} > 5"
    for by, scopes in ((["cluster"], [("cluster:c",), ("cluster:d",)]), (["*"], [()])):
        watched = Watched(rules_of(monitor(query, notify_by=by)))
        watched.look(0, dict.fromkeys(groups, OK))
        watched.look(60, {groups[0]: ALERT, groups[1]: ALERT, groups[2]: ALERT})
        assert [each.group for each in watched.told] == scopes
        watched.look(120, {groups[0]: OK, groups[1]: ALERT, groups[2]: ALERT})
        assert len(watched.told) == len(scopes)
        watched.look(180, dict.fromkeys(groups, OK))
        assert [each.after for each in watched.told[len(scopes) :]] == [OK] * len(scopes)


@pytest.mark.parametrize(
    ("scope", "muted"),
    [
        ("*", True),
        ("service:web", True),
        ("service:web,env:prod", True),
        ("service:web AND env:dev", False),
        ("env:(dev OR prod)", True),
        ("host:web-*", True),
        ("host:*-2", False),
        ("service:web AND -env:prod", False),
        ("service:web AND -env:(dev OR staging)", True),
        ("team:pay", False),
    ],
)
def test_a_scope_mutes_the_groups_that_it_takes_in(scope: str, muted: bool) -> None:  # noqa: FBT001 - a table
    """https://docs.datadoghq.com/monitors/downtimes/#downtime-scope-syntax, the table."""
    assert covers(scope, ("service:web", "env:prod", "host:web-1")) is muted


def test_the_longest_downtime_counts_and_each_may_mute_the_recovery() -> None:
    """#disable-first-recovery-notification: "additive between multiple downtimes"."""
    several = [
        Downtime("*", 0, 100, Muting(100)),
        Downtime("host:a", 0, 200, Muting(200, first_recovery=False)),
        *silenced({"silenced": {"host:a": None, "host:b": 90, "host:c": 50}}, 60),
    ]
    assert muting(several, A, 60) == Muting(FOREVER, first_recovery=False)
    assert muting(several, B, 60) == Muting(100)
    assert muting(several, B, 100) is None


@pytest.mark.parametrize(("window", "minutes"), [("last_4h", 1), ("last_24h", 10), ("last_2d", 30), ("last_1mo", 30)])
def test_it_is_looked_at_less_often_the_longer_it_looks_back(window: str, minutes: int) -> None:
    """https://docs.datadoghq.com/monitors/configuration/#evaluation-frequency, the table."""
    assert rules_of(monitor(f"avg({window}):avg:load{{*}} > 5")).cadence_s == minutes * 60


STATES = st.sampled_from([*State, None])
LOOKS = st.lists(st.tuples(STATES, STATES, st.integers(60, 4000)), min_size=1, max_size=12)
RULES = st.builds(
    Rules,
    notify_no_data=st.booleans(),
    no_data_after_s=st.sampled_from([0, 600]),
    new_group_delay_s=st.sampled_from([0, 300]),
    resolve_after_s=st.sampled_from([None, 3600]),
    retention_s=st.sampled_from([3600, 86400]),
    renotify_s=st.sampled_from([None, 600]),
    renotify_times=st.sampled_from([None, 2]),
)


def looks(drawn: list[tuple[State | None, State | None, int]], start: int = 0) -> list[Look]:
    """Two groups: what each is asked, None for one without data; what the absent are asked is the first's next."""
    made, at = [], start
    for first, second, gap in drawn:
        at += gap
        found = {A: first, B: second}
        groups: dict[Group, Evaluation] = {
            group: Evaluation(state, "r", missing=state is NO_DATA)
            for group, state in found.items()
            if state is not None
        }
        made.append(Look(groups, at, Evaluation(first, "gone", missing=True)))
    return made


@given(LOOKS, RULES)
def test_the_same_look_again_changes_nothing(drawn: list[tuple[State | None, State | None, int]], rules: Rules) -> None:
    """Whatever came before, a second look at the same second finds no transition and tells nobody."""
    standings: Mapping[Group, Standing] = {}
    for look in looks(drawn):
        standings = advance(standings, look, rules).standings
        again = advance(standings, look, rules)
        assert (again.transitions, again.notifications) == ((), ())
        assert again.standings == standings
        assert advance(standings, look, rules, touch=False).standings == standings


@given(LOOKS, RULES)
def test_nobody_is_told_without_a_transition_or_what_is_due(
    drawn: list[tuple[State | None, State | None, int]], rules: Rules
) -> None:
    """A notification is of a transition at that look, or said again after the interval."""
    standings: Mapping[Group, Standing] = {}
    for look in looks(drawn):
        moved = advance(standings, look, rules)
        changed = {each.group for each in moved.transitions if each.notifies}
        for told in moved.notifications:
            if told.occasion is Occasion.TRANSITION:
                assert told.group in changed
            else:
                assert rules.renotify_s is not None
                last = standings[told.group].last_notified
                assert last is not None
                assert look.at - last >= rules.renotify_s
        assert changed <= {each.group for each in moved.notifications}
        standings = moved.standings


@given(LOOKS, RULES, st.integers(1, 10**9))
def test_a_shifted_clock_shifts_everything(
    drawn: list[tuple[State | None, State | None, int]], rules: Rules, by: int
) -> None:
    """No rule depends on what time it is, only on how much has passed."""
    plain: Mapping[Group, Standing] = {}
    shifted: Mapping[Group, Standing] = {}
    for here, there in zip(looks(drawn), looks(drawn, by), strict=True):
        first, second = advance(plain, here, rules), advance(shifted, there, rules)
        assert [replace(each, at=each.at + by) for each in first.transitions] == list(second.transitions)
        assert [(each.group, each.at + by, each.occasion) for each in first.notifications] == [
            (each.group, each.at, each.occasion) for each in second.notifications
        ]
        plain, shifted = first.standings, second.standings


@given(LOOKS, RULES)
def test_leaving_out_what_says_nothing_new_loses_nothing(
    drawn: list[tuple[State | None, State | None, int]], rules: Rules
) -> None:
    """The quick way (`touch=False`) finds the same transitions and notifications as the thorough one."""
    quick: Mapping[Group, Standing] = {}
    thorough: Mapping[Group, Standing] = {}
    for look in looks(drawn):
        first, second = advance(quick, look, rules, touch=False), advance(thorough, look, rules)
        assert first.transitions == second.transitions
        assert [(each.group, each.after, each.occasion) for each in first.notifications] == [
            (each.group, each.after, each.occasion) for each in second.notifications
        ]
        quick, thorough = first.standings, second.standings
