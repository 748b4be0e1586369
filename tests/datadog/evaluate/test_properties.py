"""What holds of any monitor and any series: monotonicity, invariance; and a replay says what every look says."""

from __future__ import annotations

from dataclasses import replace as changed
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sightline_datadog.evaluate.cadence import looks
from sightline_datadog.evaluate.monitor import look
from sightline_datadog.evaluate.replay import alike, replay
from sightline_datadog.evaluate.states import State

from .world import NOW, ask, column, recent, simple, sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.evaluate.memory import Column

# Powers of two and their sums: what is added in another order is the same to the last digit.
NUMBERS = st.one_of(st.none(), st.integers(-8, 8).map(lambda each: each / 4))
COUNTS = st.one_of(st.none(), st.integers(0, 9).map(float))
LINES = st.lists(NUMBERS, min_size=12, max_size=12)
SEVERITY: dict[State | None, int] = {State.OK: 0, State.WARN: 1, State.ALERT: 2}
AGGREGATORS = st.sampled_from(["avg", "sum", "min", "max"])


@given(line=LINES, aggregator=AGGREGATORS, low=st.integers(-8, 8), more=st.integers(0, 8), above=st.booleans())
def test_a_stricter_threshold_never_turns_ok_into_alert(
    line: list[float | None],
    aggregator: str,
    low: int,
    more: int,
    above: bool,  # noqa: FBT001 - drawn
) -> None:
    """Raising what must be passed can only calm a monitor: above a higher one, below a lower one."""
    sign = ">" if above else "<"
    strict = low + more if above else low - more
    loose_state, strict_state = (
        simple(f"{aggregator}(last_10m):avg:m{{*}} {sign} {number}", recent("m", line)).state
        for number in (low, strict)
    )
    assert not (strict_state is State.ALERT and loose_state is not State.ALERT)


def burning(bad: Sequence[float], total: Sequence[float], target: float = 99.0) -> Any:
    slo = {
        "id": "s",
        "type": "metric",
        "query": {
            "numerator": "sum:total{*}.as_count() - sum:bad{*}.as_count()",
            "denominator": "sum:total{*}.as_count()",
        },
        "thresholds": [{"timeframe": "30d", "target": target}],
    }
    query = 'burn_rate("s").over("30d").long_window("1h").short_window("5m") > 5'
    here = sources(
        recent("bad", list(bad), kind="count"), recent("total", list(total), kind="count"), find_slo={"s": slo}.get
    )
    return look({"type": "slo alert", "query": query}, here, NOW).groups[()]


@given(bad=st.lists(st.integers(0, 50), min_size=60, max_size=60), at=st.integers(0, 59), extra=st.integers(1, 50))
@settings(max_examples=30)
def test_more_errors_never_lower_a_burn_rate(bad: list[int], at: int, extra: int) -> None:
    """One more error anywhere lowers neither window's burn rate, nor ends an alert."""
    total = [100.0] * 60
    worse = [each + (extra if index == at else 0) for index, each in enumerate(bad)]
    one, other = burning([float(each) for each in bad], total), burning([float(each) for each in worse], total)
    assert all(other.values[window]["burn_rate"] >= one.values[window]["burn_rate"] for window in ("long", "short"))
    assert SEVERITY[other.state] >= SEVERITY[one.state]


@given(bad=st.lists(st.integers(0, 50), min_size=60, max_size=60), factor=st.sampled_from([0.5, 2.0, 64.0]))
@settings(max_examples=30)
def test_a_burn_rate_does_not_know_how_much_traffic_there_is(bad: list[int], factor: float) -> None:
    """Scaling errors and total alike changes nothing."""
    one = burning([float(each) for each in bad], [100.0] * 60)
    other = burning([each * factor for each in bad], [100.0 * factor] * 60)
    assert one.state is other.state
    assert one.values["long"]["burn_rate"] == pytest.approx(other.values["long"]["burn_rate"])


QUERIES = st.sampled_from([
    "avg(last_5m):avg:m{*} by {host} > 0.5",
    "max(last_5m):sum:m{*} > 1",
    "sum(last_10m):sum:c{*} by {host}.as_count() > 20",
    "sum(last_5m):sum:c{*}.as_count() / sum:d{*}.as_count() > 1",
    "change(avg(last_5m),last_5m):avg:m{*} by {host} > 0.5",
    "min(last_5m):abs(avg:m{*}) < 0.5",
    "sum(last_5m):default_zero(sum:m{host:a}) >= 1",
    "avg(last_5m):sum:m{*}.rollup(sum, 120) > 1",
    "avg(last_10m):moving_rollup(avg:m{*}, 180, 'max') > 1",
    "avg(last_5m):avg:m{*}.fill(zero) > 0.25",
])  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> list[Column]:
    found = []
    for host in ("a", "b"):
        found.append(recent("m", draw(st.lists(NUMBERS, min_size=20, max_size=20)), tags=f"host:{host} az:1"))
        for name in ("c", "d"):
            counts = draw(st.lists(COUNTS, min_size=20, max_size=20))
            found.append(recent(name, counts, kind="count", tags=f"host:{host} az:1"))
    return found


@given(world=worlds(), query=QUERIES, days=st.integers(-40, 40))
@settings(max_examples=60)
def test_shifting_clock_and_series_together_changes_nothing(world: list[Column], query: str, days: int) -> None:
    """Only differences of time count."""
    shift = days * 86400
    moved = [changed(each, start=each.start + shift) for each in world]
    assert alike(ask(query, *world), ask(query, *moved, now=NOW + shift))


@given(world=worlds(), query=QUERIES, seed=st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_series_and_tags_changes_nothing(world: list[Column], query: str, seed: Any) -> None:
    """Permuting groups permutes nothing but the answer."""
    shuffled = list(world)
    seed.shuffle(shuffled)
    turned = [changed(each, tags=tuple(reversed(each.tags))) for each in shuffled]
    assert alike(ask(query, *world), ask(query, *turned))


@given(
    counts=st.lists(COUNTS, min_size=20, max_size=20), window=st.sampled_from([5, 10]), parts=st.sampled_from([2, 4])
)
def test_refining_the_points_of_a_count_changes_nothing(counts: list[float | None], window: int, parts: int) -> None:
    """The same events told in shorter intervals add up to the same."""
    fine = [None if each is None else each / parts for each in counts for _ in range(parts)]
    start = NOW - 60 * len(counts)
    query = f"sum(last_{window}m):sum:c{{*}}.as_count() > 20"
    one = simple(query, column("c", counts, start=start, kind="count"))
    other = simple(query, column("c", fine, start=start, step=60 // parts, kind="count"))
    assert one.state is other.state
    assert one.values["value"] == pytest.approx(other.values["value"])


OPTIONS: list[dict[str, Any]] = [
    {},
    {"thresholds": {"critical": 1, "warning": 0.5, "critical_recovery": 0.25, "warning_recovery": 0.125}},
    {"on_missing_data": "show_and_notify_no_data"},
    {"on_missing_data": "resolve", "evaluation_delay": 120},
    {"notify_no_data": True, "no_data_timeframe": 7},
    {"require_full_window": True},
    {"groupby_simple_monitor": True},
]


@given(world=worlds(), query=QUERIES, options=st.sampled_from(OPTIONS))
@settings(max_examples=120, deadline=None)
@example(
    # Points, and yet no value: that a divisor was heard of is no data.
    world=[
        recent("d", [None] * 18 + [0.0, 0.0], kind="count", tags="host:a"),
        recent("d", [None] * 18 + [1.0, None], kind="count", tags="host:b"),
    ],
    query="sum(last_5m):sum:c{*}.as_count() / sum:d{*}.as_count() > 1",
    options={"notify_no_data": True, "no_data_timeframe": 7},
)
def test_a_replay_says_what_every_look_says(world: list[Column], query: str, options: dict[str, Any]) -> None:
    """Computed at once or moment by moment: the same states, of the same groups, at the same time."""
    body = {"type": "query alert", "query": query, "options": options}
    here = sources(*world)
    start, end = NOW - 600, NOW + 900
    replayed = list(chain.from_iterable(each.looks() for each in replay(body, here, start, end)))
    assert [each.at for each in replayed] == list(looks(body, start, end))
    for each in replayed:
        assert alike(each, look(body, here, each.at))


@given(bad=st.lists(st.integers(0, 9), min_size=150, max_size=150), total=st.lists(COUNTS, min_size=150, max_size=150))
@settings(max_examples=30, deadline=None)
def test_a_replay_of_a_burn_rate_says_what_every_look_says(bad: list[int], total: list[float | None]) -> None:
    """So for the windows of an SLO's alerts, and for its budget."""
    slo = {
        "id": "s",
        "type": "metric",
        "query": {"numerator": "sum:t{*}.as_count() - sum:b{*}.as_count()", "denominator": "sum:t{*}.as_count()"},
        "thresholds": [{"timeframe": "7d", "target": 90.0}],
    }
    here = sources(
        recent("b", [float(each) for each in bad], kind="count"),
        recent("t", total, kind="count"),
        find_slo={"s": slo}.get,
    )
    for query in (
        'burn_rate("s").over("7d").long_window("1h").short_window("5m") > 5',
        'error_budget("s").over("7d") > 75',
    ):
        body = {"type": "slo alert", "query": query, "options": {"thresholds": {"critical": 5, "warning": 2}}}
        for stretch in replay(body, here, NOW - 3000, NOW + 600):
            for each in stretch.looks():
                assert alike(each, look(body, here, each.at))
