"""Boundary tests are made from the windows, and kill what is not as the closed forms have it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.model import Backend
from sightline_slo.testing.boundaries import boundaries, hold
from tests.slo.alarming import slo


@pytest.mark.parametrize("backend", Backend)
@pytest.mark.parametrize("objective", [95, 99, 99.5, 99.9])
@pytest.mark.parametrize("windows", ["", "    windows: google\n"])
def test_every_window_of_the_catalogues_holds_at_its_boundaries(
    backend: Backend, objective: float, windows: str
) -> None:
    """Silent two in a hundred below the threshold, in time two above it and at twice it."""
    alarms = alarms_of(slo(objective=objective, windows=windows), backend)
    made = list(boundaries(alarms))
    assert len(made) >= 2 * len(alarms)
    assert [said for each in made for said in hold(each, backend)] == []


def test_a_guard_has_boundaries_too() -> None:
    """One event too few is silent, whatever fails."""
    alarms = alarms_of(slo(objective=99.9, more="    guard: {min_events: 20, min_failures: 3}\n"), Backend.DATADOG)
    made = [each for each in boundaries(alarms) if each.history.total.max() == 1]
    assert len(made) == 2 * len(alarms)
    assert [said for each in made for said in hold(each, Backend.DATADOG)] == []
    unguarded = [replace(each, alarm=replace(each.alarm, min_events=0, min_failures=0)) for each in made]
    assert all(hold(each, Backend.DATADOG) for each in unguarded), "without its guard each of them fires"


def test_a_boundary_test_kills_its_own_mutants() -> None:
    """A threshold a tenth off, a long window a fifth off: one of the boundaries is not held."""
    for alarm in alarms_of(slo(), Backend.DATADOG):
        made = list(boundaries([alarm]))
        for changed in (
            replace(alarm, burn_rate=alarm.burn_rate * 1.1),
            replace(alarm, burn_rate=alarm.burn_rate * 0.9),
            replace(alarm, long_s=alarm.long_s * 6 // 5),
            replace(alarm, long_s=alarm.long_s * 4 // 5),
        ):
            assert any(hold(replace(each, alarm=changed), Backend.DATADOG) for each in made), changed
