"""Every worked example of the vendor's documentation, to the digit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from sightline_datadog.evaluate.look import History
from sightline_datadog.evaluate.monitor import look
from sightline_datadog.evaluate.slo import Target
from sightline_datadog.evaluate.slos import measure, measure_groups, read_slo
from sightline_datadog.evaluate.states import State
from sightline_datadog.evaluate.thresholds import Thresholds, held
from sightline_datadog.query import parse_metric_query

from .world import NOW, ask, column, recent, simple, sources, value

if TYPE_CHECKING:
    from sightline_datadog.evaluate.look import Group, Look, Sources
    from sightline_datadog.query.tree import Comparator

ELEVEN = int(dt.datetime(2018, 3, 13, 11, tzinfo=dt.UTC).timestamp())
SPARSE = int(dt.datetime(2019, 3, 29, 11, tzinfo=dt.UTC).timestamp())
ALERT, WARN, OK, NO_DATA = State.ALERT, State.WARN, State.OK, State.NO_DATA


def at_moments(metric: str, values: list[float]) -> Any:
    """The table's points: 11:00:30, 11:01:30, 11:02:40, 11:03:30, 11:04:40."""
    line: list[float | None] = [None] * 30
    for second, each in zip((30, 90, 160, 210, 280), values, strict=True):
        line[second // 10] = each
    return column(metric, line, start=ELEVEN, step=10, kind="count")


def test_as_count_adds_up_before_the_division_and_as_rate_after_it() -> None:
    """https://docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations/ : 0.6, and 3."""
    error, total = at_moments("requests.error", [1, 2, 3, 4, 5]), at_moments("requests.total", [5, 5, 5, 5, 5])
    now = ELEVEN + 300
    by_count = "sum(last_5m): sum:requests.error{*}.as_count() / sum:requests.total{*}.as_count() > 100"
    by_rate = "sum(last_5m): sum:requests.error{*}.as_rate() / sum:requests.total{*}.as_rate() > 100"
    assert value(by_count, error, total, now=now) == pytest.approx(0.6)
    assert value(by_rate, error, total, now=now) == pytest.approx(3)


def test_a_division_by_zero_or_by_nothing_is_no_point() -> None:
    """https://docs.datadoghq.com/monitors/guide/monitor-arithmetic-and-sparse-metrics/ : 10/0 + 10/1 + 10/NaN = 10."""
    a, b = recent("a", [10, 10, 10]), recent("b", [0, 1, None])
    assert value("sum(last_3m):sum:a{*} / sum:b{*} > 100", a, b) == 10


def test_only_nothings_are_a_skipped_evaluation() -> None:
    """The same guide: a window of 10/NaN alone has no value."""
    found = simple("sum(last_3m):sum:a{*} / sum:b{*} > 100", recent("a", [10, 10, 10]), recent("b", [None] * 3))
    assert (found.state, found.missing) == (None, True)


@pytest.mark.parametrize(("delay", "last"), [(0, 1), (30, 2)])
def test_rollup_buckets_are_aligned_to_unix_time(delay: int, last: float) -> None:
    """The same guide: the window ends at 11:02:30, in the middle of the bucket that begins at 11:02:00.

    Looked at then, only half of the bucket is known; a delay lets it fill.
    """
    line = column("s", [1, None, 2, 1, 1, 1], start=SPARSE, step=30, kind="count")
    query = "sum(last_2m):sum:s{*}.rollup(sum,60) > 100"
    assert value(query, line, now=SPARSE + 150 + delay, evaluation_delay=delay) == 1 + 3 + last


def test_the_points_of_the_rollup_example() -> None:
    """The same guide's table: 1, 3 and 1, where the last one lies after the window's last point."""
    line = column("s", [1, None, 2, 1, None, 1], start=SPARSE, step=30, kind="count")
    total = value("sum(last_2m):sum:s{*}.rollup(sum,60) > 100", line, now=SPARSE + 180, evaluation_delay=30)
    assert total == 1 + 3 + 1
    peak = value("max(last_2m):sum:s{*}.rollup(sum,60) > 100", line, now=SPARSE + 180, evaluation_delay=30)
    assert peak == 3


def gauges() -> tuple[Any, Any]:
    """Two that report every ten minutes, five minutes apart; `offset` has a point at 11:55 as well."""
    noon = SPARSE + 3600
    norm = column("g", [1, 0, 1, 1], start=noon, step=600, tags=("timer:norm",))
    offset = column("g", [1, 1, 1, 1], start=noon - 300, step=600, tags=("timer:offset",))
    return norm, offset


def test_gauges_too_far_apart_are_not_bridged() -> None:
    """The same guide: 1/NaN + NaN/1 + … has no value, since a gap of ten minutes is longer than five."""
    query = "sum(last_30m):sum:g{timer:norm} / sum:g{timer:offset} > 100"
    assert simple(query, *gauges(), now=SPARSE + 3600 + 1800).missing


def test_fill_last_bridges_them() -> None:
    """The same guide: with .fill(last,900) it is (1)/1 + 1/1 + 0/1 + 0/1 + 1/1 + 1/1 + 1/1 = 5.

    The vendor's table counts both ends of the half hour, so that the window here is a minute longer.
    """
    query = "sum(last_31m):sum:g{timer:norm}.fill(last,900) / sum:g{timer:offset}.fill(last,900) > 100"
    assert value(query, *gauges(), now=SPARSE + 3600 + 1860) == 5


def test_gauges_are_joined_over_space_by_interpolation() -> None:
    """https://docs.datadoghq.com/dashboards/faq/interpolation-the-fill-modifier-explained/ : 28.3 and 55."""
    three = SPARSE
    a = column("net", [15, None, None, 25, None, None], start=three, step=10, tags=("host:a",))
    b = column("net", [None, 10, None, None, 40, None], start=three, step=10, tags=("host:b",))
    (series,) = sources(a, b).metrics.series(_query("sum:net{*}"), three, three + 60, 10)
    found = dict(series.points)
    assert found[three + 10] == pytest.approx(28.3, abs=0.04)
    assert found[three + 30] == pytest.approx(55)


def _query(text: str) -> Any:
    return parse_metric_query(text)[0]


ELEVEN_VALUES: list[float | None] = [10, 15, 12, 8, 11, 14, 13, 25, 37, 45, 50]


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        ("avg(last_11m):avg:m{*} > 30", OK),
        ("max(last_11m):avg:m{*} > 40", ALERT),
        ("max(last_11m):avg:m{*} > 50", OK),
        ("min(last_11m):avg:m{*} > 10", OK),
        ("min(last_11m):avg:m{*} > 7", ALERT),
        ("sum(last_11m):avg:m{*} > 250", OK),
    ],
)
def test_monitor_aggregators(condition: str, state: State) -> None:
    """https://docs.datadoghq.com/monitors/guide/monitor_aggregators/ with its eleven values.

    Its answer on `min … > 10` contradicts its own rule (a value of 8 is in the window): the rule holds here.
    """
    assert simple(condition, recent("m", ELEVEN_VALUES)).state is state


def test_the_average_of_the_eleven_values_is_that_of_eleven() -> None:
    """The guide once divided by ten; its newer edition says 22 (21.8)."""
    assert value("avg(last_11m):avg:m{*} > 30", recent("m", ELEVEN_VALUES)) == pytest.approx(240 / 11)


@pytest.mark.parametrize(
    ("comparator", "recovery", "recovered", "not_yet"),
    [(">", 70, 70, 70.1), (">=", 70, 69.9, 70), ("<", 30, 30, 29.9), ("<=", 30, 30.1, 30)],
)
def test_recovery_conditions(comparator: Comparator, recovery: float, recovered: float, not_yet: float) -> None:
    """https://docs.datadoghq.com/monitors/guide/recovery-thresholds/ : > to <=, >= to <, < to >=, <= to >."""
    thresholds = Thresholds(comparator, 80 if ">" in comparator else 20, critical_recovery=recovery)
    assert held(thresholds, recovered) == frozenset()
    assert held(thresholds, not_yet) == {ALERT}


BUCKETS = {
    "1 1 1 1 1 1 1 1 1 1 1 1": True,
    "x 1 1 1 1 1 1 1 1 1 1 1": False,
    "1 1 x x x 1 1 1 1 1 1 1": True,
    "1 x x x 1 1 1 1 x x 1 1": False,
}


@pytest.mark.parametrize(("row", "full"), BUCKETS.items())
def test_full_windows(row: str, full: bool) -> None:  # noqa: FBT001 - a row of the table
    """https://docs.datadoghq.com/monitors/types/metric/#data-window : 2h is twelve buckets of ten minutes."""
    values = [None if each == "x" else 5.0 for each in row.split()]
    line = column("m", values, start=NOW - 7200, step=600)
    found = simple("avg(last_2h):avg:m{*} > 1", line, require_full_window=True)
    assert (found.state is ALERT) == full
    assert (found.state is None) != full


def test_evaluation_delay_moves_the_window_back() -> None:
    """https://docs.datadoghq.com/monitors/configuration/#evaluation-delay : 900 s at 7:00 looks at 6:40 to 6:45."""
    line = column("m", [float(minute) for minute in range(60)], start=NOW - 3600)
    found = value("sum(last_5m):avg:m{*} > 1000", line, evaluation_delay=900)
    assert found == 40 + 41 + 42 + 43 + 44


def test_a_change_is_the_difference_of_two_windows() -> None:
    """https://docs.datadoghq.com/monitors/types/change-alert/ : a - b, and ((a - b) / b) * 100; 2 to 4 is 100 %."""
    line = recent("m", [2.0] * 5 + [4.0] * 5)
    assert value("change(avg(last_5m),last_5m):avg:m{*} > 100", line) == 2
    assert value("pct_change(avg(last_5m),5m_ago):avg:m{*} > 1000", line) == 100


COMPOSITE = [
    (ALERT, WARN, "1 && 2", True, WARN),
    (ALERT, WARN, "1 || 2", True, ALERT),
    (ALERT, OK, "1 && 2", True, OK),
    (ALERT, OK, "1 || 2", True, ALERT),
    (WARN, OK, "1 && 2", True, OK),
    (WARN, OK, "1 || 2", True, WARN),
    (NO_DATA, WARN, "1 && 2", True, NO_DATA),
    (NO_DATA, WARN, "1 || 2", True, WARN),
    (NO_DATA, WARN, "1 && 2", False, None),
    (NO_DATA, WARN, "1 || 2", False, WARN),
    (NO_DATA, OK, "1 && 2", False, OK),
    (NO_DATA, OK, "1 || 2", False, None),
    (NO_DATA, OK, "1 && 2", True, OK),
    (NO_DATA, OK, "1 || 2", True, NO_DATA),
    (NO_DATA, NO_DATA, "1 && 2", True, NO_DATA),
    (NO_DATA, NO_DATA, "1 || 2", True, NO_DATA),
    (ALERT, OK, "!1", True, OK),
    (OK, OK, "!1", True, ALERT),
    (NO_DATA, OK, "!1", True, NO_DATA),
]


def composite(query: str, states: dict[str, dict[Group, State]], *, notify: bool = True) -> Look:
    body = {"type": "composite", "query": query, "options": {"notify_no_data": notify}}
    return look(body, sources(find_standing=lambda part: states.get(part, {})), NOW)


@pytest.mark.parametrize(("a", "b", "query", "notify", "state"), COMPOSITE)
def test_composites(a: State, b: State, query: str, notify: bool, state: State | None) -> None:  # noqa: FBT001 - a row
    """https://docs.datadoghq.com/monitors/types/composite/#computing-trigger-conditions ; None keeps the last state."""
    found = composite(query, {"1": {(): a}, "2": {(): b}}, notify=notify)
    assert found.groups[()].state is state


def test_composites_consider_what_their_parts_share() -> None:
    """The same page: web01-05 and web04-09 share two hosts; tags go together by value, whatever the key."""
    hosts: dict[Group, State] = {(f"host:web0{number}",): ALERT for number in range(1, 6)}
    others: dict[Group, State] = {(f"host:web0{number}",): ALERT for number in range(4, 10)}
    found = composite("1 && 2", {"1": hosts, "2": others})
    assert set(found.groups) == {("host:web04",), ("host:web05",)}
    service: dict[Group, State] = {("service:web04",): ALERT}
    assert len(composite("1 && 2 && 3", {"1": hosts, "2": others, "3": service}).groups) == 1


def test_a_finer_group_goes_with_the_group_that_it_is_part_of() -> None:
    """The same page: `device,host` goes with `host`, and not with `host,url`."""
    fine: dict[Group, State] = {("device:sda", "host:a"): ALERT, ("device:sda", "host:b"): ALERT}
    found = composite("1 && 2", {"1": fine, "2": {("host:a",): WARN}})
    assert {group: each.state for group, each in found.groups.items()} == {("device:sda", "host:a"): WARN}
    assert not composite("1 && 2", {"1": fine, "2": {("host:a", "url:x"): ALERT}}).groups


def latency(environments: dict[str, int | None]) -> tuple[Any, Sources]:
    """A time-slice SLO over twelve hours of five-minute slices, of which one of each environment is slow."""
    series = []
    for name, slow in environments.items():
        values: list[float | None] = [1.0] * 144
        if slow is not None:
            values[slow] = 3.0
        series.append(column("p95", values, start=NOW - 43200, step=300, tags=(f"env:{name}",)))
    specification = {
        "comparator": "<=",
        "threshold": 2.5,
        "query_interval_seconds": 300,
        "query": {
            "formulas": [{"formula": "query1"}],
            "queries": [{"name": "query1", "data_source": "metrics", "query": "max:p95{*} by {env}"}],
        },
    }
    body = {"id": "s", "type": "time_slice", "sli_specification": {"time_slice": specification}, "thresholds": []}
    return read_slo(body), sources(*series)


def test_time_slices() -> None:
    """https://docs.datadoghq.com/service_level_objectives/time_slice/ : 715/720 is 99.305 %, 710/720 is 98.611 %."""
    slo, here = latency({"prod": 20, "dev": 90})
    window = (NOW - 43200, NOW)
    groups = measure_groups(slo, window, here, NOW)
    shares = {group: 100 * (count.good or 0) / (count.total or 1) for group, count in groups.items()}
    assert shares == {("env:prod",): pytest.approx(99.3055, abs=1e-3), ("env:dev",): pytest.approx(99.3055, abs=1e-3)}
    (whole,) = measure([(slo, window)], here, NOW)
    assert 100 * (whole.good or 0) / (whole.total or 1) == pytest.approx(98.611, abs=1e-3)


def test_missing_slices_are_up() -> None:
    """The same page: in time-slice SLOs missing data is always uptime."""
    slo, here = latency({})
    (whole,) = measure([(slo, (NOW - 43200, NOW))], here, NOW)
    assert (whole.bad, whole.total) == (0, 43200)


def test_a_correction_is_uptime_in_time_slices_and_no_time_elsewhere() -> None:
    """The same page: an hour of seven days less one corrected is 0.7 %; a time-slice SLO keeps its seven days."""
    week, day = 7 * 86400, 86400
    corrected = [{"start": NOW - 3 * day, "end": NOW - 2 * day}]
    line = column("p95", [3.0] * 12 + [1.0] * 2004, start=NOW - week, step=300, tags=("env:prod",))
    slo, _ = latency({})
    here = sources(line, find_corrections=lambda _: corrected)
    (sliced,) = measure([(slo, (NOW - week, NOW))], here, NOW)
    assert (sliced.bad, sliced.total) == (3600, week)
    went = History({(): [(NOW - week, ALERT), (NOW - week + 3600, OK)]}, NOW - week)
    by_monitor = read_slo({"id": "m", "type": "monitor", "monitor_ids": [1], "thresholds": []})
    here = sources(find_history=lambda *_: went, find_corrections=lambda _: corrected)
    (monitored,) = measure([(by_monitor, (NOW - week, NOW))], here, NOW)
    assert (monitored.bad, monitored.total) == (3600, 8640 * 60)
    assert monitored.error_ratio == pytest.approx(0.007, abs=1e-4)


TABLES = [
    ("7d", 16.8, 1, 10), ("7d", 5.6, 6, 20), ("7d", 2.8, 24, 40),
    ("30d", 14.4, 1, 2), ("30d", 6, 6, 5), ("30d", 3, 24, 10),
    ("90d", 21.6, 1, 1), ("90d", 10.8, 6, 3), ("90d", 4.5, 24, 5),
]  # fmt: skip


@pytest.mark.parametrize(("over", "burn", "hours", "percent"), TABLES)
@pytest.mark.parametrize("target", [99.9, 96.0])
def test_burn_rates(over: str, burn: float, hours: int, percent: float, target: float) -> None:
    """https://docs.datadoghq.com/service_level_objectives/burn_rate/#examples : both bounds, and the budget used.

    Just above the rate in both windows alerts, just below does not; the rates hold down to a target of 96 %.
    """
    days = int(over[:-1])
    assert days * 24 * percent / (hours * 100) == pytest.approx(burn)
    short = hours * 5
    query = f'burn_rate("s").over("{over}").long_window("{hours}h").short_window("{short}m") > {burn}'
    body = {"type": "slo alert", "query": query, "options": {}}
    budget = Target(over, target).budget
    states = []
    for share in (burn * budget * 1.001, burn * budget * 0.999):
        minutes = hours * 60
        total = recent("t", [1000.0] * minutes, kind="count")
        bad = recent("b", [1000.0 * share] * minutes, kind="count")
        slo = {
            "id": "s",
            "type": "metric",
            "query": {"numerator": "sum:t{*}.as_count() - sum:b{*}.as_count()", "denominator": "sum:t{*}.as_count()"},
            "thresholds": [{"timeframe": over, "target": target}],
        }
        states.append(look(body, sources(total, bad, find_slo={"s": slo}.get), NOW).groups[()].state)
    assert states == [ALERT, OK]


@pytest.mark.parametrize("target", [99.9, 99.0, 96.0, 90.0])
def test_the_greatest_burn_rate(target: float) -> None:
    """The same page: 1 / (1 - target), 25 for 96 %; with everything failing that is what is burnt."""
    slo = {
        "id": "s",
        "type": "metric",
        "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:total{*}.as_count()"},
        "thresholds": [{"timeframe": "30d", "target": target}],
    }
    query = 'burn_rate("s").over("30d").long_window("1h").short_window("5m") > 1'
    here = sources(recent("total", [10.0] * 60, kind="count"), find_slo={"s": slo}.get)
    found = look({"type": "slo alert", "query": query}, here, NOW).groups[()]
    assert found.values["long"]["burn_rate"] == pytest.approx(1 / (1 - target / 100))


def test_a_burn_rate_of_ten_uses_thirty_days_up_in_three() -> None:
    """The same page: burn rate times ideal error rate is the observed one: 10 times 0.001 is 0.01."""
    assert 10 * Target("30d", 99.9).budget == pytest.approx(0.01)


MONITORS = {"1": "....X.....", "2": "........X.", "3": "..X.X....."}


@pytest.mark.parametrize(("ids", "uptime"), [(["1"], 90), (["2"], 90), (["3"], 80), (["1", "2", "3"], 70)])
def test_monitor_slos(ids: list[str], uptime: float) -> None:
    """https://docs.datadoghq.com/service_level_objectives/monitor/#status-calculation : 90, 90, 80, and 70 in all."""

    def history(monitor_id: str, start: int, _end: int) -> History:
        states = [(start + 60 * index, ALERT if each == "X" else OK) for index, each in enumerate(MONITORS[monitor_id])]
        return History({(): states}, start)

    slo = read_slo({"id": "s", "type": "monitor", "monitor_ids": ids, "thresholds": []})
    (count,) = measure([(slo, (NOW - 600, NOW))], sources(find_history=history), NOW)
    assert 100 * (1 - (count.error_ratio or 0)) == pytest.approx(uptime)


def test_groups_are_alerted_one_by_one() -> None:
    """https://docs.datadoghq.com/monitors/configuration/#multi-alert : each group has a state of its own."""
    found = ask(
        "avg(last_5m):avg:cpu{*} by {host} > 80",
        recent("cpu", [90.0] * 5, tags="host:a"),
        recent("cpu", [70.0] * 5, tags="host:b"),
        recent("cpu", [99.0] * 5),
    )
    assert {group: each.state for group, each in found.groups.items()} == {("host:a",): ALERT, ("host:b",): OK}
