"""The arithmetic of SLOs and alerts, held to the vendor's formulas."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_datadog.evaluate.monitor import cadence_s, evaluate_monitor
from sightline_datadog.evaluate.slo import parse_slo, statuses
from sightline_datadog.evaluate.states import Evaluation, State

from .in_memory import Numbers

NOW = 10_000_000
GOOD, BAD, TOTAL = "sum:good{*}.as_count()", "sum:bad{*}.as_count()", "sum:total{*}.as_count()"


def slo_body(target: float = 99.9, timeframe: str = "30d") -> dict[str, Any]:
    queries = [
        {"data_source": "metrics", "name": "b", "query": BAD},
        {"data_source": "metrics", "name": "t", "query": TOTAL},
    ]
    count = {"bad_events_formula": {"formula": "b"}, "total_events_formula": {"formula": "t"}, "queries": queries}
    thresholds = [{"timeframe": timeframe, "target": target}]
    return {"type": "metric", "thresholds": thresholds, "sli_specification": {"count": count}}


def monitor_body(threshold: float = 14.4, warning: float | None = None) -> dict[str, Any]:
    query = f'burn_rate("s").over("30d").long_window("1h").short_window("5m") > {threshold}'
    thresholds = {"critical": threshold, **({"warning": warning} if warning else {})}
    return {"type": "slo alert", "query": query, "options": {"thresholds": thresholds}}


def look(numbers: Numbers, monitor: dict[str, Any] | None = None, slo: dict[str, Any] | None = None) -> Evaluation:
    return evaluate_monitor(monitor or monitor_body(), {"s": slo or slo_body()}.get, NOW, numbers)


def traffic(long_bad: float, short_bad: float, total: float = 1000.0) -> Numbers:
    """An hour with `total` events in its first 55 minutes and as many in its last 5."""
    early, late = NOW - 3000, NOW - 100
    return Numbers({BAD: [(early, long_bad), (late, short_bad)], TOTAL: [(early, total), (late, total)]})


def test_it_alerts_only_when_both_windows_burn() -> None:
    """The long window alone (an old fault) and the short one alone (a blip) do not page; both do."""
    assert look(traffic(long_bad=500, short_bad=0)).state is State.OK
    assert look(traffic(long_bad=0, short_bad=20)).state is State.OK
    assert look(traffic(long_bad=100, short_bad=100)).state is State.ALERT


def test_the_values_show_the_arithmetic() -> None:
    """Error ratio over budget is the burn rate, for each window, to the digit."""
    values = look(traffic(long_bad=10, short_bad=20)).values
    assert values["long"]["error_ratio"] == pytest.approx(30 / 2000)
    assert values["long"]["burn_rate"] == pytest.approx(15.0)
    assert values["short"]["burn_rate"] == pytest.approx(20.0)


def test_the_threshold_itself_does_not_pass() -> None:
    """`>` means more than: a burn of exactly the threshold is OK."""
    numbers = traffic(long_bad=10, short_bad=10)
    assert look(numbers, monitor_body(10)).state is State.OK
    assert look(numbers, monitor_body(9.999)).state is State.ALERT


def test_warning_comes_before_alert() -> None:
    """A warning threshold below the critical one gives WARN in between."""
    assert look(traffic(10, 10), monitor_body(14.4, warning=5)).state is State.WARN


def test_no_events_are_no_data() -> None:
    """Without traffic nothing burns and nothing is fine either."""
    assert look(Numbers()).state is State.NO_DATA


def test_a_counter_that_never_ticked_is_zero_not_a_gap() -> None:
    """No bad event was ever counted: that is a burn rate of 0."""
    result = look(Numbers({TOTAL: [(NOW - 60, 10)]}))
    assert result.state is State.OK
    assert result.values["long"]["burn_rate"] == 0


@pytest.mark.parametrize(
    ("monitor", "words"),
    [
        ({"type": "log alert", "query": 'logs("*").last("5m") > 1'}, "the events of `logs` are not known here"),
        ({"type": "slo alert", "query": "burn_rate("}, "cannot be read"),
        ({"type": "query alert", "query": 'formula("a").last("5m") > 1'}, "nothing says what `a` is"),
        ({"type": "query alert", "query": "avg(next_1h):avg:a{*} > 1"}, "`avg(next_1h)`"),
        ({"type": "query alert", "query": "percentile(last_5m):p95:a{*} > 1"}, "`percentile(last_5m)`"),
        ({"type": "query alert", "query": "avg(last_5m):top(avg:a{*} by {host}, 5, 'mean', 'desc') > 1"}, "`top`"),
        ({"type": "query alert", "query": "avg(last_5m):sum:a{*}.as_count() > 1"}, "write `sum`"),
        ({"type": "composite", "query": "1 && 2"}, "states of other monitors"),
        ({"type": "service check", "query": '"a".over("*").last(2).count_by_status()'}, "service checks are not known"),
        (monitor_body() | {"query": monitor_body()["query"].replace('"s"', '"gone"')}, "the SLO gone is not there"),
        (monitor_body() | {"query": monitor_body()["query"].replace("30d", "7d")}, "no timeframe 7d"),
    ],
)
def test_what_cannot_be_computed_is_never_ok(monitor: dict[str, Any], words: str) -> None:
    """It is NOT EVALUATED, with the reason."""
    result = look(traffic(0, 0), monitor)
    assert result.state is State.NOT_EVALUATED
    assert words in result.reason


@pytest.mark.parametrize("missing", ["default", "resolve", "show_no_data"])
@pytest.mark.parametrize("inner", ["avg:a{*}", "sum:a{*}.as_count()"])
def test_a_function_that_is_not_computed_is_no_lack_of_data(inner: str, missing: str) -> None:
    """Without numbers too: a monitor on anomalies must not be resolved because nobody can compute them."""
    query = f"sum(last_4h):anomalies({inner}, 'basic', 2) >= 1"
    monitor = {"type": "query alert", "query": query, "options": {"on_missing_data": missing}}
    assert look(Numbers(), monitor).state is State.NOT_EVALUATED


def test_a_burn_rate_is_the_error_ratio_over_the_budget() -> None:
    """99.9 % failing wholly burns at 1000."""
    values = look(traffic(1000, 1000)).values
    assert values["long"]["burn_rate"] == pytest.approx(1000)


@given(bad=st.integers(0, 1000), extra=st.integers(0, 500), total=st.integers(1000, 5000))
def test_more_errors_never_mend_an_alert(bad: int, extra: int, total: int) -> None:
    """The burn rate grows with the errors: whoever alerted still alerts with more of them."""
    fewer = look(Numbers({BAD: [(NOW - 60, bad)], TOTAL: [(NOW - 60, total)]}))
    more = look(Numbers({BAD: [(NOW - 60, bad + extra)], TOTAL: [(NOW - 60, total)]}))
    assert not (fewer.state is State.ALERT and more.state is not State.ALERT)


@pytest.mark.parametrize(("target", "bad", "remaining", "state"), [
    (99.0, 0, 100.0, "ok"), (99.0, 5, 50.0, "ok"), (99.0, 10, 0.0, "ok"), (99.0, 20, -100.0, "breached"),
])  # fmt: skip
def test_budget_remaining(target: float, bad: int, remaining: float, state: str) -> None:
    """100 · (sli - target) / (100 - target); exactly on target is met."""
    numbers = Numbers({BAD: [(NOW - 60, bad)], TOTAL: [(NOW - 60, 1000)]})
    (found,) = statuses(parse_slo(slo_body(target)), NOW, numbers)
    assert found.budget_remaining == pytest.approx(remaining, abs=1e-6)
    assert found.state == state


def test_an_error_budget_alert_counts_what_is_used() -> None:
    """`error_budget("s").over("30d") > 75` alerts at more than three quarters used."""
    monitor = {"type": "slo alert", "query": 'error_budget("s").over("30d") > 75', "options": {}}
    used = {60: State.OK, 75: State.OK, 80: State.ALERT}
    for percent, state in used.items():
        numbers = Numbers({BAD: [(NOW - 60, percent)], TOTAL: [(NOW - 60, 100_000)]})
        assert look(numbers, monitor).state is state


@pytest.mark.parametrize(
    ("query", "points", "state"),
    [
        (f"sum(last_5m):{BAD} > 5", 6, State.ALERT),
        (f"sum(last_5m):{BAD} > 5", 5, State.OK),
        (f"sum(last_5m):{BAD} > 5", None, State.OK),
        (f"sum(last_5m):{BAD} < 5", None, State.ALERT),
        (f"sum(last_5m):{BAD} / {TOTAL} > 0.01", 6, State.ALERT),
    ],
)
def test_metric_alerts_on_counts(query: str, points: int | None, state: State) -> None:
    """A counted monitor adds up its window, computes on the sums, and takes silence for zero."""
    numbers = Numbers({TOTAL: [(NOW - 30, 100)], **({BAD: [(NOW - 30, points)]} if points else {})})
    assert look(numbers, {"type": "metric alert", "query": query, "options": {}}).state is state


def test_thresholds_that_are_null_are_left_out() -> None:
    """The vendor answers with nulls: critical is the query's number then, and there is no warning."""
    monitor = {"type": "metric alert", "query": f"sum(last_5m):{BAD} > 5"}
    options = {"thresholds": {"critical": None, "warning": None}}
    assert look(Numbers({BAD: [(NOW - 30, 6)]}), monitor | {"options": options}).state is State.ALERT
    assert look(Numbers({BAD: [(NOW - 30, 5)]}), monitor | {"options": options}).state is State.OK


@pytest.mark.parametrize(("hours", "minutes"), [(1, 1), (23, 1), (24, 10), (47, 10), (48, 30)])
def test_cadence(hours: int, minutes: int) -> None:
    """The vendor looks every 1, 10 or 30 minutes, by the window."""
    assert cadence_s(hours * 3600) == minutes * 60
