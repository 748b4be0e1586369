"""Queries against the slices: filters, groups, kinds, and the difference between nothing and zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_datadog.evaluate.source import Series, SumRequest

from .kit import NOW, query, total

if TYPE_CHECKING:
    from sightline_local.store import Store

# (tags, value): powers of two, so that a sum says which series were in it.
SERIES = [
    (("env:prod", "service:web", "status_class:2xx"), 1),
    (("env:prod", "service:web", "status_class:5xx"), 2),
    (("env:prod", "service:api", "status_class:2xx"), 4),
    (("env:dev", "service:Web-Admin", "status_class:5xx"), 8),
    (("canary", "http.route:/orders/:id", "service:api"), 16),
]


@pytest.fixture
def counted(store: Store) -> Store:
    for tags, value in SERIES:
        store.metrics.add(store.index.intern("hits", "count", tuple(sorted(tags))) or 0, NOW, value)
    store.flush()
    return store


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("*", 31),
        ("", 31),
        ("service:web", 3),
        ("SERVICE:WEB", 3),
        ("service:web,status_class:5xx", 2),
        ("!service:web", 28),
        ("service:web*", 11),
        ("service:*admin", 8),
        ("!status_class:*xx", 16),
        ("service IN (web,api)", 23),
        ("service NOT IN (web,api)", 8),
        ("service:web AND status_class:2xx", 1),
        ("service:web OR env:dev", 11),
        ("env:prod AND (service:api OR status_class:5xx)", 6),
        ("env:prod AND NOT (service:api OR status_class:5xx)", 1),
        ("canary", 16),
        ("!canary", 15),
        ("http.route:/orders/:id", 16),
        ("$service", 31),
        ("service:$service.value", 31),
        ("service:none", None),
    ],
)
def test_filters_choose_series(counted: Store, where: str, expected: float | None) -> None:
    """Terms, wildcards, negation, lists and the boolean form; case does not count; no series is no answer."""
    assert total(counted, f"sum:hits{{{where}}}.as_count()") == expected


def test_groups_have_the_tags_values_and_leave_series_without_out(counted: Store) -> None:
    """By two tags: one group per pair of values, spelt as they were sent."""
    found = counted.source.series(query("sum:hits{*} by {service,env}"), NOW, NOW + 10, 10)
    assert sorted((series.tags, series.points) for series in found) == [
        (("service:Web-Admin", "env:dev"), ((NOW, 8.0),)),
        (("service:api", "env:prod"), ((NOW, 4.0),)),
        (("service:web", "env:prod"), ((NOW, 3.0),)),
    ]


@pytest.mark.parametrize(("aggregator", "expected"), [("sum", 31), ("avg", 6.2), ("min", 1), ("max", 16)])
def test_aggregators_work_over_series(counted: Store, aggregator: str, expected: float) -> None:
    """Within an interval a count adds up; the aggregator is over series."""
    (found,) = counted.source.series(query(f"{aggregator}:hits{{*}}"), NOW, NOW + 10, 10)
    assert (found.tags, [moment for moment, _ in found.points]) == ((), [NOW])
    assert found.points[0][1] == pytest.approx(expected)


def test_points_are_aligned_and_gaps_are_left_out(store: Store) -> None:
    """Ten-second slices in minutes; a minute without a slice is no zero."""
    hits = store.index.intern("hits", "count", ()) or 0
    for ts in (NOW, NOW + 50, NOW + 180):
        store.metrics.add(hits, ts, 3)
    store.flush()
    minute = NOW // 60 * 60
    found = store.source.series(query("sum:hits{*}"), minute, minute + 600, 60)
    assert found == [Series((), ((minute, 6.0), (minute + 180, 3.0)))]
    assert store.source.series(query("sum:hits{*}.as_rate()"), minute, minute + 60, 60)[0].points == ((minute, 0.1),)
    assert store.source.series(query("sum:hits{*}.rollup(max, 120)"), minute, minute + 60, 10)[0].points == (
        (minute // 120 * 120, 3.0),
    )


def test_many_windows_are_answered_in_order(store: Store) -> None:
    """Half open windows, more of them than fit one scan; None where there is no point, zero where it is zero."""
    hits = store.index.intern("hits", "count", ("service:web",)) or 0
    for number in range(100):
        store.metrics.add(hits, NOW + number * 10, number)
    store.flush()
    asked = query("sum:hits{service:web}.as_count()")
    windows = [(NOW + number * 10, NOW + number * 10 + 10) for number in range(100)]
    requests = [SumRequest(asked, *window) for window in windows]
    requests += [
        SumRequest(asked, NOW, NOW + 30),
        SumRequest(asked, NOW - 50, NOW),
        SumRequest(query("sum:no{*}"), 0, 1),
    ]
    assert store.source.sums(requests) == [*map(float, range(100)), 3.0, None, None]
    assert store.source.sums([]) == []


def test_gauges_keep_the_last_value_of_a_slice_and_average_over_time(store: Store) -> None:
    """Two values in one slice: the later; two slices in one point: their mean; two series: as asked."""
    first = store.index.intern("level", "gauge", ("host:a",)) or 0
    second = store.index.intern("level", "gauge", ("host:b",)) or 0
    for ts, value in ((NOW, 100.0), (NOW, 4.0), (NOW + 10, 8.0)):
        store.metrics.gauge(first, ts, value)
        store.flush()
    store.metrics.gauge(second, NOW, 10.0)
    store.flush()
    points = {
        aggregator: store.source.series(query(f"{aggregator}:level{{*}}"), NOW, NOW + 20, 20)[0].points[0][1]
        for aggregator in ("avg", "sum", "max")
    }
    assert points == {"avg": 8.0, "sum": 16.0, "max": 10.0}


def test_distributions_merge_over_series_before_their_percentile(store: Store) -> None:
    """The p99 of two services together is no average of two p99s."""
    for service, value, times in (("web", 0.1, 98), ("api", 5.0, 2)):
        series = store.index.intern("lasted", "distribution", (f"service:{service}",)) or 0
        store.metrics.sample(series, NOW, value, times)
    store.flush()

    def answer(text: str) -> float:
        return store.source.series(query(text), NOW, NOW + 10, 10)[0].points[0][1]

    assert answer("p50:lasted{*}") == 0.1
    assert answer("p99:lasted{*}") == 5.0
    assert answer("avg:lasted{*}") == pytest.approx((98 * 0.1 + 10) / 100)
    assert (answer("min:lasted{*}"), answer("max:lasted{*}")) == (0.1, 5.0)
    assert answer("count(v: v<=0.3):lasted{*}") == 98
    grouped = store.source.series(query("p99:lasted{*} by {service}"), NOW, NOW + 10, 10)
    assert {series.tags: series.points[0][1] for series in grouped} == {("service:web",): 0.1, ("service:api",): 5.0}


def test_a_percentile_of_a_count_is_no_answer(counted: Store) -> None:
    """A name whose series are no distribution has no percentiles, rather than a wrong one."""
    assert counted.source.series(query("p99:hits{*}"), NOW, NOW + 10, 10) == []
    assert total(counted, "count(v: v<=1):hits{*}") is None
