"""Counts that add, counts that replace, totals that only ever grow: held against a model, over restarts."""

from __future__ import annotations

import contextlib
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_datadog.evaluate.source import SumRequest
from sightline_local.store import Store

from .kit import NOW, Clock, query, total

if TYPE_CHECKING:
    from collections.abc import Iterator

SLICES = [NOW, NOW + 10, NOW + 20]
VALUES = st.one_of(st.integers(-1000, 1000), st.sampled_from([0.1, 0.3, 1e300, 1e-9]))
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(SLICES), VALUES),
        st.tuples(st.just("replace"), st.sampled_from(SLICES), VALUES),
        st.tuples(st.sampled_from(["flush", "reopen", "maintain"]), st.just(0), st.just(0)),
    ),
    max_size=25,
)
QUICK = settings(max_examples=12, deadline=None)


class Reopening:
    """A store that can be closed and opened again in between."""

    def __init__(self, directory: str) -> None:
        self._directory = Path(directory)
        self.store = Store.open(self._directory, clock=Clock(NOW + 7200))

    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self._directory, clock=Clock(NOW + 7200))

    def series(self, name: str, kind: Any = "count") -> int:
        found = self.store.index.intern(name, kind, ("env:x",))
        assert found is not None
        return found


@contextlib.contextmanager
def reopening() -> Iterator[Reopening]:
    with tempfile.TemporaryDirectory() as directory:
        found = Reopening(directory)
        try:
            yield found
        finally:
            found.store.close()


@QUICK
@given(OPERATIONS)
def test_a_replaced_count_is_what_was_said_last_plus_what_was_added_since(
    operations: list[tuple[str, int, float]],
) -> None:
    """Whatever the order of additions, replacements, writes, compactions and restarts, each second has its value."""
    model: dict[int, float] = defaultdict(float)
    with reopening() as held:
        for name, ts, value in operations:
            if name == "add":
                held.store.metrics.add(held.series("hits"), ts, value)
                model[ts] += value
            elif name == "replace":
                held.store.metrics.replace(held.series("hits"), ts, value)
                model[ts] = value
            elif name == "flush":
                held.store.flush()
            elif name == "maintain":
                held.store.maintain()
            else:
                held.reopen()
        held.store.flush()
        requests = [SumRequest(query("sum:hits{*}"), ts, ts + 10) for ts in SLICES]
        found = held.store.source.sums(requests)
        for ts, answer in zip(SLICES, found, strict=True):
            # 1e300 plus a little is 1e300; but a replaced 1e300 must leave nothing behind.
            assert answer == (pytest.approx(model[ts], rel=1e-9, abs=1e-6) if ts in model else None)


@QUICK
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["grow", "grow", "grow", "again", "late", "restart", "reopen", "flush"]),
            st.integers(0, 50),
        ),
        max_size=30,
    )
)
def test_a_cumulative_sum_is_counted_once_over_restarts_of_either_side(steps: list[tuple[str, int]]) -> None:
    """Repeated points, late points, a sender's new start and the backend's own restart: the total is the truth."""
    truth, value, start, now = 0.0, 0.0, NOW * 10**9, NOW * 10**9
    with reopening() as held:
        for what, amount in steps:
            now += 10**9
            series = held.series("hits")
            if what == "grow":
                value, truth = value + amount, truth + amount
                held.store.metrics.total(("key", start), now, value, (series, NOW))
            elif what == "again":
                held.store.metrics.total(("key", start), now, value, (series, NOW))
            elif what == "late":
                held.store.metrics.total(("key", start), start + 1, value / 2, (series, NOW))
                value = max(value, value / 2)
            elif what == "restart":
                start, value = now, 0.0
                held.store.metrics.total(("key", start), now, value, (series, NOW))
            elif what == "reopen":
                held.reopen()
            else:
                held.store.flush()
        # A late first point is itself counted: all that was ever said is what the newest point of each start says.
        assert (total(held.store, "sum:hits{*}") or 0.0) == pytest.approx(truth)


def test_a_total_that_falls_without_a_new_start_began_again(store: Store) -> None:
    """A sender that resets and keeps its start time is counted from zero, not backwards."""
    hits = store.index.intern("hits", "count", ()) or 0
    for second, value in enumerate((5.0, 9.0, 2.0, 3.0), 1):
        store.metrics.total(("key", 7), second, value, (hits, NOW))
    assert total(store, "sum:hits{*}") == 9 + 3


def test_a_total_without_a_start_is_measured_from_its_first_point(store: Store) -> None:
    """Nobody knows what happened before: only the growth since is counted."""
    hits = store.index.intern("hits", "count", ()) or 0
    for second, value in enumerate((1000.0, 1004.0), 1):
        store.metrics.total(("key", 0), second, value, (hits, NOW))
    assert total(store, "sum:hits{*}") == 4


def test_two_instances_with_one_start_do_not_count_against_each_other(store: Store) -> None:
    """Totals are kept by the sender's whole identity."""
    hits = store.index.intern("hits", "count", ()) or 0
    for second, (key, value) in enumerate((("a", 5.0), ("b", 2.0), ("a", 6.0), ("b", 4.0)), 1):
        store.metrics.total((key, 7), second, value, (hits, NOW))
    assert total(store, "sum:hits{*}") == 10


@QUICK
@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=1, max_size=8), st.integers(0, 8))
def test_a_cumulative_histogram_counts_each_value_once(growth: list[list[int]], reopened_at: int) -> None:
    """Each bucket holds what was observed, however often the totals were said, and the sum with it."""
    bounds = (0.1, 0.3, 1.0)
    counts, seen = [0.0] * 4, 0.0
    with reopening() as held:
        for step, grown in enumerate(growth, 1):
            if step == reopened_at:
                held.reopen()
            counts = [now + more for now, more in zip(counts, grown, strict=True)]
            seen += sum(grown) * 0.2
            to = (held.series("lasted", "distribution"), NOW)
            for at in (step, step):
                held.store.metrics.histogram(("key", 7), at, bounds, counts, seen, to=to)
        if sum(counts):
            assert total(held.store, "count(v: v<=0.3):lasted{*}") == counts[0] + counts[1]
            assert total(held.store, "count(v: v>1):lasted{*}") == counts[3]
            assert total(held.store, "count:lasted{*}") == sum(counts)
            assert total(held.store, "sum:lasted{*}") == pytest.approx(seen)


def test_uniques_are_counted_within_their_slice(store: Store) -> None:
    """A set is a gauge of how many different tokens came in ten seconds."""
    users = store.index.intern("users", "gauge", ()) or 0
    for ts, token in ((NOW, "a"), (NOW, "b"), (NOW, "a"), (NOW + 10, "a")):
        store.metrics.unique(users, ts, token)
        store.flush()
    points = store.source.series(query("sum:users{*}"), NOW, NOW + 20, 10)[0].points
    assert points == ((NOW, 2.0), (NOW + 10, 1.0))


def test_series_beyond_the_limit_are_refused_and_known_ones_go_on(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tag with an id in it cannot fill the memory."""
    monkeypatch.setattr(store.index, "_limit", 2)
    assert [store.index.intern("hits", "count", (f"id:{number}",)) for number in range(4)] == [1, 2, None, None]
    assert store.index.intern("hits", "count", ("id:1",)) == 2
