"""Trace metrics: made of entry spans, once, and exact in SQL as in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline_local.store.bins import bin_of
from sightline_local.store.columns import SpanColumns

from .kit import NOW, add_span, query, total

if TYPE_CHECKING:
    from sightline_local.store import Store


def test_entry_spans_become_hits_errors_and_durations(store: Store) -> None:
    """By operation, service, resource, status and traffic; inner spans are not counted."""
    columns = SpanColumns()
    add_span(columns, duration_ns=200_000_000)
    add_span(columns, duration_ns=300_000_000, error=True, status_code=500)
    add_span(columns, duration_ns=400_000_000, resource="GET /other", traffic="synthetic")
    add_span(columns, name="sqlite.query", entry=False)
    assert store.offer_spans(columns)
    assert total(store, "sum:trace.flask.request.hits{service:web}.as_count()") == 3
    assert total(store, "sum:trace.flask.request.errors{*}.as_count()") == 1
    assert total(store, "sum:trace.flask.request.hits{http.status_code:500}") == 1
    assert total(store, "sum:trace.flask.request.hits{traffic:customer,resource_name:get_/}") is None
    assert total(store, "sum:trace.flask.request.hits{traffic:synthetic}") == 1
    assert total(store, "sum:trace.flask.request.duration{*}") == pytest.approx(0.9)
    assert total(store, "count(v: v<=0.3):trace.flask.request{*}") == 2
    assert store.source.series(query("max:trace.flask.request{*}"), NOW - 10, NOW + 10, 20)[0].points[0][1] == 0.4
    assert store.index.named("trace.sqlite.query.hits") == []


def test_a_second_batch_adds_to_the_same_series(store: Store) -> None:
    """Operations are known from the table, also after a restart of the writer's memory."""
    for _ in range(3):
        columns = SpanColumns()
        add_span(columns, env=None, status_code=None)
        assert store.offer_spans(columns)
        store.flush()
    assert total(store, "sum:trace.flask.request.hits{*}") == 3
    assert store.rows("SELECT count(*) FROM operations") == [(1,)]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.integers(0, 10**12), st.sampled_from([0, 1, 999, 1000, 1001, 300_000_000])), min_size=1))
def test_the_bins_of_spans_are_the_bins_of_values(store: Store, durations: list[int]) -> None:
    """The grid in SQL's integers is the grid in decimal text."""
    columns = SpanColumns()
    name = f"op{len(store.index.names())}"
    for duration in durations:
        add_span(columns, name=name, duration_ns=duration)
    assert store.offer_spans(columns)
    store.flush()
    (row,) = store.index.named(f"trace.{name}")
    found = {
        (low, high): count
        for low, high, count in store.rows(
            "SELECT low, high, sum(n) FROM bins WHERE series = ? GROUP BY ALL", (row.id,)
        )
    }
    expected: dict[tuple[float, float], float] = {}
    for duration in durations:
        each = bin_of(duration / 1e9)
        expected[each] = expected.get(each, 0) + 1
    # Below a microsecond nanoseconds have fewer than three digits: each is a point there and here.
    assert found == expected
