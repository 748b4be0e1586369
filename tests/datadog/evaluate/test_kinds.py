"""Every kind of monitor and SLO, and what each does without data."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from sightline_datadog.evaluate.cadence import cadence_of, looks
from sightline_datadog.evaluate.corrections import periods
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.look import History
from sightline_datadog.evaluate.monitor import look
from sightline_datadog.evaluate.slos import measure, measure_groups, read_slo, statuses
from sightline_datadog.evaluate.states import State

from .world import NOW, ask, column, recent, simple, sources, value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.states import Evaluation

OK, WARN, ALERT, NO_DATA, NOT_EVALUATED = State.OK, State.WARN, State.ALERT, State.NO_DATA, State.NOT_EVALUATED


def utc(*parts: int) -> int:
    return int(dt.datetime(*parts, tzinfo=dt.UTC).timestamp())  # type: ignore[arg-type, misc]  # year, month, day, …


# Without data


@pytest.mark.parametrize(
    ("options", "gauge", "count"),
    [
        ({}, None, OK),
        ({"on_missing_data": "default"}, None, OK),
        ({"on_missing_data": "show_no_data"}, NO_DATA, NO_DATA),
        ({"on_missing_data": "show_and_notify_no_data"}, NO_DATA, NO_DATA),
        ({"on_missing_data": "resolve"}, OK, OK),
        ({"notify_no_data": True}, NO_DATA, NO_DATA),
    ],
)
def test_missing_data(options: dict[str, Any], gauge: State | None, count: State | None) -> None:
    """By default a count is zero and anything else keeps its last state; the options say otherwise."""
    found = {
        query: simple(query, **options)
        for query in ("avg(last_5m):avg:m{*} > 5", "sum(last_5m):sum:m{*}.as_count() > 5")
    }
    states = [each.state for each in found.values()]
    assert states == [gauge, count]
    assert all(each.missing for each in found.values())


def test_a_count_that_is_too_low_alerts_without_data() -> None:
    """Evaluated as zero, `< 5` alerts."""
    assert simple("sum(last_5m):sum:m{*}.as_count() < 5").state is ALERT


def test_default_zero_is_data() -> None:
    """It puts a zero where there is nothing, whatever the options say."""
    found = simple("avg(last_5m):default_zero(avg:m{*}) < 5", on_missing_data="show_no_data")
    assert (found.state, found.missing) == (ALERT, False)


@pytest.mark.parametrize(("minutes", "state"), [(9, None), (11, NO_DATA), (40, NO_DATA)])
def test_notify_no_data_waits_for_twice_the_window(minutes: int, state: State | None) -> None:
    """Five minutes without data are nothing yet; ten are, unless a timeframe is given."""
    line = column("m", [1.0], start=NOW - 60 * minutes)
    assert simple("avg(last_5m):avg:m{*} > 5", line, notify_no_data=True).state is state
    assert simple("avg(last_5m):avg:m{*} > 5", line, notify_no_data=True, no_data_timeframe=60).state is None


def test_a_group_that_is_gone_is_absent_and_one_that_never_came_is_nowhere() -> None:
    """What has a value is listed; what every other known group is asked to be stands beside it."""
    found = ask("sum(last_5m):sum:c{*} by {host}.as_count() > 5", recent("c", [9.0], kind="count", tags="host:a"))
    assert {group: each.state for group, each in found.groups.items()} == {("host:a",): ALERT}
    assert found.absent is not None
    assert (found.absent.state, found.absent.missing) == (OK, True)


def test_a_simple_alert_over_groups_is_the_worst_of_them() -> None:
    """`groupby_simple_monitor`: one notification if one or more groups meet the condition."""
    both = recent("cpu", [90.0] * 5, tags="host:a"), recent("cpu", [1.0] * 5, tags="host:b")
    assert simple("avg(last_5m):avg:cpu{*} by {host} > 80", *both, groupby_simple_monitor=True).state is ALERT


# Windows


@pytest.mark.parametrize(
    ("window", "asked", "total"),
    [
        ("current_1h", {"hour_starts": 30}, 45),
        ("current_1h", {"hour_starts": 50}, 25),
        ("current_1d", {"day_starts": "04:00", "month_starts": 1}, 195),
        ("current_1d", {"day_starts": "04:00", "month_starts": 1, "timezone": "Europe/Paris"}, 255),
        ("current_1mo", {"day_starts": "04:00", "month_starts": 1}, 195 + 1440),
    ],
)
def test_cumulative_windows(window: str, asked: dict[str, Any], total: int) -> None:
    """The current hour, day and month begin where the schedule says, in its zone: here at 07:15 on 2 November."""
    now = utc(2023, 11, 2, 7, 15)
    line = column("m", [1.0] * 5000, start=now - 5000 * 60, kind="count")
    found = value(f"sum({window}):sum:m{{*}} > 1", line, now=now, scheduling_options={"evaluation_window": asked})
    assert found == total


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("avg(last_23h):avg:m{*} > 1", 60),
        ("avg(last_1d):avg:m{*} > 1", 600),
        ("avg(last_2d):avg:m{*} > 1", 1800),
        ("avg(current_1mo):avg:m{*} > 1", 1800),
        ("change(avg(last_1d),last_1w):avg:m{*} > 1", 600),
    ],
)
def test_cadence_goes_by_the_window(query: str, seconds: int) -> None:
    """1, 10 or 30 minutes. https://docs.datadoghq.com/monitors/configuration/#evaluation-frequency ."""
    assert cadence_of({"type": "query alert", "query": query}) == seconds


def test_a_schedule_of_its_own() -> None:
    """Every day at 09:13 in Los Angeles, in summer and in winter, as a recorded monitor asks."""
    rule = {"rrule": "FREQ=DAILY;INTERVAL=1", "start": "2024-10-26T09:13:00", "timezone": "America/Los_Angeles"}
    schedule = {"scheduling_options": {"custom_schedule": {"recurrences": [rule]}}}
    body = {"type": "query alert", "query": "avg(last_5m):avg:m{*} > 1", "options": schedule}
    found = list(looks(body, utc(2024, 11, 2), utc(2024, 11, 4)))
    assert found == [utc(2024, 11, 2, 16, 13), utc(2024, 11, 3, 17, 13)]


# Functions


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("abs(avg:m{*})", 3.0),
        ("clamp_min(avg:m{*}, 0)", 0.0),
        ("clamp_max(avg:m{*}, -5)", -5.0),
        ("per_minute(avg:up{*})", 2.0),
        ("per_second(avg:up{*})", 2 / 60),
        ("diff(avg:up{*})", 2.0),
        ("timeshift(avg:up{*}, -120)", 10.0),
        ("hour_before(avg:up{*})", None),
        ("moving_rollup(avg:up{*}, 180, 'max')", 14.0),
        ("count_nonzero(avg:up{*} by {host})", 1.0),
        ("cutoff_max(avg:up{*}, 11)", 10.0),
        ("exclude_null(avg:up{*})", 14.0),
        ("2 * (avg:up{*} - 4)", 20.0),
    ],
)
def test_functions(expression: str, expected: float | None) -> None:
    """Each is computed on the points of the window: `up` is 10, 12 and 14 in the last three minutes, `m` is -3."""
    lines = recent("m", [-3.0] * 3), recent("up", [8.0, 10.0, 12.0, 14.0], tags="host:a")
    found = simple(f"max(last_3m):{expression} > 1000", *lines).values.get("value")
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize("name", ["anomalies", "outliers", "forecast", "top", "trend_line", "robust_trend", "watchdog"])
def test_what_is_not_computed_is_not_evaluated(name: str) -> None:
    """Never OK, with data or without."""
    found = simple(f"avg(last_5m):{name}(avg:m{{*}}, 'basic', 2) > 1", recent("m", [0.0] * 5))
    assert found.state is NOT_EVALUATED
    assert f"`{name}`" in found.reason


@pytest.mark.parametrize(("aggregator", "expected"), [("avg", 2), ("sum", 4), ("min", 1), ("max", 3), ("p50", 1)])
def test_space_aggregators(aggregator: str, expected: float) -> None:
    """Series of one group join by the query's aggregator."""
    both = [recent("m", [each] * 5, kind="distribution", tags=f"host:{each}") for each in (1.0, 3.0)]
    assert value(f"avg(last_5m):{aggregator}:m{{*}} > 100", *both) == expected


# Service checks


def checks(statuses: Sequence[int], last_at: int = NOW - 10, **options: Any) -> Evaluation:
    class Source:
        def statuses(self, *_: object) -> Mapping[Group, Sequence[tuple[int, int]]]:
            return {("host:a",): [(last_at - 10 * index, each) for index, each in enumerate(reversed(statuses))][::-1]}

    query = '"http.can_connect".over("env:prod").by("host").last(4).count_by_status()'
    body = {"type": "service check", "query": query, "options": options}
    return look(body, sources(checks=Source()), NOW).groups[("host:a",)]


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([0, 0, 2, 2], None),
        ([0, 2, 2, 2], ALERT),
        ([2, 2, 2, 0], None),
        ([2, 2, 0, 0], OK),
        ([0, 0, 0, 1], WARN),
        ([2, 2, 2, 3], None),
    ],
)
def test_service_checks_count_statuses_in_a_row(statuses: list[int], state: State | None) -> None:
    """Three failures alert, two successes recover, one warning warns; less, or unknown, keeps the state."""
    assert checks(statuses, thresholds={"critical": 3, "ok": 2, "warning": 1}).state is state


def test_a_check_that_is_silent_has_no_data() -> None:
    """Where its monitor asks to be told; after a day by default."""
    assert checks([2], NOW - 700, notify_no_data=True, no_data_timeframe=10).state is NO_DATA
    assert checks([2], NOW - 700, notify_no_data=True).state is ALERT


# Logs and formulas


class Events:
    """Counts by search text and group."""

    def __init__(self, **found: Mapping[Group, float]) -> None:
        self.found = found

    def measure(self, query: Any, *_: object) -> Mapping[Group, float]:
        return self.found[query.where.text.partition(":")[2]]


def logs(query: str, kind: str = "log alert", events: Events | None = None, **options: Any) -> Any:
    return look({"type": kind, "query": query, "options": options}, sources(events=events or Events(error={})), NOW)


@pytest.mark.parametrize(
    ("sign", "found", "state"), [(">", 6, ALERT), (">", 5, OK), (">", None, OK), ("<", None, ALERT)]
)
def test_log_counts(sign: str, found: float | None, state: State) -> None:
    """A count is compared; none at all is zero."""
    events = Events(error={} if found is None else {(): found})
    query = f'logs("status:error").index("main").rollup("count").last("5m") {sign} 5'
    assert logs(query, events=events).groups[()].state is state


def test_a_group_of_logs_that_fell_silent_is_not_below() -> None:
    """`below` alerts if and only if there are logs for the group, or none for all of them."""
    query = 'logs("status:error").index("*").rollup("count").by("service").last("5m") < 5'
    some = logs(query, events=Events(error={("service:a",): 3.0}))
    assert some.groups["service:a",].state is ALERT
    assert some.absent.state is None
    assert logs(query).absent.state is ALERT


def variables(by: str = "") -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "data_source": "rum",
            "search": {"query": f"status:{name}"},
            "compute": {"aggregation": "count"},
            "group_by": [{"facet": by}] if by else [],
        }
        for name in ("bad", "every")
    ]


def test_formulas_over_events() -> None:
    """Each variable is counted, then the formula is computed, group by group; a count beside others is zero."""
    query = 'formula("bad / every * 100").last("15m") >= 25'
    events = Events(bad={(): 30.0}, every={(): 100.0})
    assert logs(query, "rum alert", events, variables=variables()).groups[()].values["value"] == 30
    grouped = Events(bad={("os:ios",): 5.0}, every={("os:ios",): 10.0, ("os:web",): 10.0})
    found = logs(query, "rum alert", grouped, variables=variables("os"))
    assert {group: each.state for group, each in found.groups.items()} == {("os:ios",): ALERT, ("os:web",): OK}


# SLOs


def test_corrections_that_come_again() -> None:
    """Daily at two for an hour, on the clock of the zone: the day that winter time begins is an hour later in UTC."""
    daily = {"start": utc(2023, 10, 28, 0), "duration": 3600, "rrule": "FREQ=DAILY;COUNT=3", "timezone": "Europe/Paris"}
    window = (utc(2023, 10, 27), utc(2023, 11, 5))
    assert periods([daily], window) == [(first, first + 3600) for first in (
        utc(2023, 10, 28, 0), utc(2023, 10, 29, 0), utc(2023, 10, 30, 1)
    )]  # fmt: skip
    assert periods(
        [{**daily, "rrule": "FREQ=WEEKLY;INTERVAL=2;UNTIL=20231112T000000Z"}], (window[0], utc(2023, 12, 1))
    ) == [(first, first + 3600) for first in (utc(2023, 10, 28, 0), utc(2023, 11, 11, 1))]
    with pytest.raises(NotEvaluatedError, match="cannot be read"):
        periods([{**daily, "rrule": "FREQ=NEVER"}], window)


def test_the_groups_of_a_metric_slo_add_up_to_the_whole() -> None:
    """Each group has its own events; the SLO as a whole counts those of all."""
    slo = read_slo({
        "id": "s",
        "type": "metric",
        "query": {
            "numerator": "sum:good{*} by {env}.as_count()",
            "denominator": "sum:total{*} by {env}.as_count()",
        },
        "thresholds": [],
    })  # fmt: skip
    series = [
        recent(name, [each] * 10, kind="count", tags=f"env:{env}")
        for env, good in (("prod", 9.0), ("dev", 5.0))
        for name, each in (("good", good), ("total", 10.0))
    ]
    window, here = (NOW - 600, NOW), sources(*series)
    groups = measure_groups(slo, window, here, NOW)
    assert {group: count.bad for group, count in groups.items()} == {("env:prod",): 10, ("env:dev",): 50}
    (whole,) = measure([(slo, window)], here, NOW)
    assert (whole.bad, whole.total) == (60, 200)


def test_corrections_take_events_away_from_a_metric_slo() -> None:
    """What happened while it was corrected, good and bad, is not counted."""
    slo = read_slo({
        "id": "s",
        "type": "metric",
        "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:total{*}.as_count()"},
        "thresholds": [{"timeframe": "7d", "target": 99.0}],
    })  # fmt: skip
    here = sources(
        recent("good", [10.0] * 50 + [0.0] * 10, kind="count"),
        recent("total", [10.0] * 60, kind="count"),
        find_corrections=lambda _: [{"start": NOW - 600, "end": NOW - 60}],
    )
    (found,) = statuses(slo, here, NOW)
    assert (found.count.bad, found.count.total) == (10, 510)


@pytest.mark.parametrize(
    ("options", "bad"),
    [
        ({"on_missing_data": "show_and_notify_no_data"}, 300),
        ({"on_missing_data": "show_no_data"}, 0),
        ({"notify_no_data": True}, 300),
        ({}, 0),
    ],
)
def test_a_monitor_without_data_is_down_where_it_would_be_told(options: dict[str, Any], bad: float) -> None:
    """Show and notify NO DATA is downtime, only shown it is uptime; WARN is uptime."""
    went = History({(): [(NOW - 900, NO_DATA), (NOW - 600, WARN), (NOW - 300, OK)]}, NOW - 900)
    slo = read_slo({"id": "s", "type": "monitor", "monitor_ids": [1], "thresholds": []})
    here = sources(find_history=lambda *_: went, find_monitor=lambda _: {"options": options})
    (count,) = measure([(slo, (NOW - 900, NOW))], here, NOW)
    assert (count.bad, count.total) == (bad, 900)


def test_a_monitor_slo_of_chosen_groups() -> None:
    """Only those count, and all of them must be up."""
    went: dict[Group, list[tuple[int, State]]] = {
        ("host:a",): [(NOW - 600, ALERT), (NOW - 540, OK)],
        ("host:b",): [(NOW - 600, OK), (NOW - 120, ALERT)],
        ("host:c",): [(NOW - 600, ALERT)],
    }
    body = {"id": "s", "type": "monitor", "monitor_ids": [1], "groups": ["host:a", "host:b"], "thresholds": []}
    here = sources(find_history=lambda *_: History(went, NOW - 600))
    (count,) = measure([(read_slo(body), (NOW - 600, NOW))], here, NOW)
    assert (count.bad, count.total) == (180, 600)


def test_a_monitor_that_was_not_evaluated_makes_no_slo() -> None:
    """Its time is neither up nor down."""
    went = History({(): [(NOW - 600, NOT_EVALUATED)]}, NOW - 600)
    slo = read_slo({"id": "s", "type": "monitor", "monitor_ids": [1], "thresholds": []})
    with pytest.raises(NotEvaluatedError, match="not evaluated all the time"):
        measure([(slo, (NOW - 600, NOW))], sources(find_history=lambda *_: went), NOW)


def test_a_burn_rate_of_time() -> None:
    """Time-slice SLOs burn by seconds: half an hour of the last hour down is a ratio of a half."""
    specification = {
        "comparator": "<",
        "threshold": 2,
        "query_interval_seconds": 60,
        "query": {"formulas": [{"formula": "q"}], "queries": [{"name": "q", "query": "max:p95{*}"}]},
    }
    slo = {
        "id": "s",
        "type": "time_slice",
        "sli_specification": {"time_slice": specification},
        "thresholds": [{"timeframe": "30d", "target": 99.0}],
    }
    query = 'burn_rate("s").over("30d").long_window("1h").short_window("5m") > 14.4'
    here = sources(recent("p95", [1.0] * 30 + [3.0] * 30), find_slo={"s": slo}.get)
    found = look({"type": "slo alert", "query": query}, here, NOW).groups[()]
    assert found.state is ALERT
    assert found.values["long"]["burn_rate"] == pytest.approx(50)
    assert found.values["short"]["burn_rate"] == pytest.approx(100)


def test_a_composite_with_a_least_number_of_events() -> None:
    """A burn rate and a count joined: the page waits for both."""
    found = look(
        {"type": "composite", "query": "1 && 2", "options": {}},
        sources(find_standing=lambda part: {(): ALERT if part == "1" else OK}),
        NOW,
    )
    assert found.groups[()].state is OK
    assert found.groups[()].values["states"] == {"1": "ALERT", "2": "OK"}


@pytest.mark.parametrize(
    ("other", "query", "state"), [(OK, "1 && 2", OK), (ALERT, "1 && 2", NOT_EVALUATED), (ALERT, "1 || 2", ALERT)]
)
def test_what_is_not_evaluated_spreads_unless_the_rest_decides(other: State, query: str, state: State) -> None:
    """A part that nobody can compute makes the composite NOT EVALUATED, but not where it does not matter."""
    states = {"1": NOT_EVALUATED, "2": other}
    found = look({"type": "composite", "query": query}, sources(find_standing=lambda part: {(): states[part]}), NOW)
    assert found.groups[()].state is state
