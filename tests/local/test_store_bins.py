"""Bins: a value is in its bin, thresholds of three digits are exact, percentiles are near."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline_local.store.bins import bin_of
from sightline_local.store.quantile import quantile

from .kit import NOW, total

if TYPE_CHECKING:
    from sightline_local.store import Store

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300).filter(
    lambda value: value == 0 or abs(value) > 1e-290
)
GRID = st.builds(lambda mantissa, power: float(f"{mantissa}e{power}"), st.integers(100, 999), st.integers(-6, 2))


@given(FINITE)
def test_a_value_lies_in_its_bin_and_the_bin_is_narrow(value: float) -> None:
    """Inside an open interval of at most one percent, or alone."""
    low, high = bin_of(value)
    assert low == value == high or low < value < high
    assert high - low <= 0.0101 * abs(value)


@given(GRID)
def test_a_value_of_three_digits_has_a_bin_of_its_own(value: float) -> None:
    """So `v <= 0.3` and `v < 0.3` can both be told exactly."""
    assert bin_of(value) == (value, value)


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=200), st.floats(0.01, 0.99))
def test_a_percentile_is_within_a_hundredth_of_an_observed_one(values: list[float], level: float) -> None:
    """The answer lies between the observed neighbours of its rank, but for the width of a bin."""
    bins: dict[tuple[float, float], float] = {}
    for value in values:
        bins[bin_of(value)] = bins.get(bin_of(value), 0) + 1
    found = quantile([(*each, bins[each]) for each in sorted(bins, key=lambda each: (each[1], each[0]))], level)
    ranked = sorted(values)
    at = min(math.ceil(level * len(ranked)), len(ranked)) - 1
    assert found == pytest.approx(ranked[max(at, 0)], rel=0.011)


def test_a_percentile_of_evenly_spread_values_is_where_it_belongs() -> None:
    """Against the standard library, on ten thousand values."""
    values = [number / 10_000 for number in range(1, 10_001)]
    bins: dict[tuple[float, float], float] = {}
    for value in values:
        bins[bin_of(value)] = bins.get(bin_of(value), 0) + 1
    ordered = [(*each, bins[each]) for each in sorted(bins, key=lambda each: (each[1], each[0]))]
    for percent in (50, 90, 95, 99):
        expected = statistics.quantiles(values, n=100)[percent - 1]
        assert quantile(ordered, percent / 100) == pytest.approx(expected, rel=0.002)


def test_what_lies_beyond_the_last_bound_is_as_large_as_the_bound() -> None:
    """A histogram's open bucket says no more."""
    assert quantile([(0.0, 1.0, 1), (1.0, math.inf, 99)], 0.99) == 1.0
    assert quantile([], 0.5) is None


COMPARE: dict[str, Any] = {
    "<=": lambda value, limit: value <= limit,
    "<": lambda value, limit: value < limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(GRID, st.floats(0.01, 10)), min_size=1, max_size=40), st.data())
def test_a_condition_with_a_threshold_of_three_digits_is_exact(
    store: Store, values: list[float], data: st.DataObject
) -> None:
    """Counted in SQL over the bins as counted over the values themselves."""
    name = f"lasted{len(store.index.names())}"
    series = store.index.intern(name, "distribution", ()) or 0
    limit = data.draw(st.one_of(st.sampled_from(values).map(lambda value: float(f"{value:.2e}")), GRID))
    for value in values:
        store.metrics.sample(series, NOW, value)
    for sign, holds in COMPARE.items():
        expected = sum(holds(value, limit) for value in values)
        assert total(store, f"count(v: v{sign}{limit}):{name}{{*}}") == expected, (sign, limit)


def test_a_threshold_inside_a_senders_bucket_is_interpolated(store: Store) -> None:
    """Half of the way through the bucket, half of its values; beyond the last bound, none below."""
    series = store.index.intern("lasted", "distribution", ()) or 0
    store.metrics.merge(series, NOW, {(0.0, 1.0): 10.0, (1.0, math.inf): 4.0}, (14.0, 9.0, 0.0, 1.0))
    assert total(store, "count(v: v<=0.5):lasted{*}") == 5
    assert total(store, "count(v: v<=1):lasted{*}") == 10
    assert total(store, "count(v: v<=5):lasted{*}") == 10
    assert total(store, "count(v: v>1):lasted{*}") == 4
