"""All looks at once say what the evaluator says look by look."""

from __future__ import annotations

import numpy as np
import pytest

from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.backtesting.engine import Engine, edges
from sightline_slo.backtesting.history import from_columns, on_grid
from sightline_slo.model import Backend
from sightline_slo.testing.looking import look, pushed
from tests.slo.alarming import WINDOWS, history, slo, varied


@pytest.mark.parametrize("more", ["", "    guard: {min_events: 20, min_failures: 3}\n"])
@pytest.mark.parametrize("seed", range(24))
def test_the_engine_fires_when_the_local_backends_evaluator_does(seed: int, more: str) -> None:
    """At every look of a varied history, for windows of a look a minute, by the very monitors that are pushed."""
    made = slo(objective=99.5, windows=WINDOWS, more=more)
    past = history(*varied(400, seed))
    engine, queries = Engine(past, Backend.DATADOG), pushed(made)
    for alarm in alarms_of(made, Backend.DATADOG):
        looked = look(alarm, queries[alarm.long_s, alarm.short_s], made, past)
        assert (engine.firing(alarm) == looked).all(), alarm.name


@pytest.mark.parametrize("seed", [0, 9, 18])
def test_the_engine_looks_as_seldom_as_the_vendor_does(seed: int) -> None:
    """A day's window is looked at every ten minutes, two days' every thirty; between looks the state stays."""
    made = slo(objective=99.5)
    past = history(*varied(4000, seed))
    engine, queries = Engine(past, Backend.DATADOG), pushed(made)
    alarms = [each for each in alarms_of(made, Backend.DATADOG) if each.cadence_s > 60]
    assert alarms
    for alarm in alarms:
        looked = look(alarm, queries[alarm.long_s, alarm.short_s], made, past)
        assert (engine.firing(alarm) == looked).all(), alarm.name
        inside = [moment for pair in edges(looked) for moment in pair if moment < len(looked)]
        assert all(int(past.clock[each]) % alarm.cadence_s == 0 for each in inside)


def test_a_guard_silences_what_too_few_events_say() -> None:
    """One failure of one event is everything and pages; with three failures asked for it does not, three do."""
    total = np.zeros(300)
    total[[100, 200, 210, 220]] = 1
    past = history(total.copy(), total)
    (plain, *_), (guarded, *_) = (
        alarms_of(slo(windows=WINDOWS, more=more), Backend.DATADOG) for more in ("", "    guard: {min_failures: 3}\n")
    )
    engine = Engine(past, Backend.DATADOG)
    assert [first for first, _ in edges(engine.firing(plain))] == [100, 200, 210, 220]
    assert [first for first, _ in edges(engine.firing(guarded))] == [220]


def test_an_exact_threshold_does_not_fire() -> None:
    """Above means above: 3 % of errors is six times 0.5 %, and no more; Prometheus rounds to either side of it."""
    medium = alarms_of(slo(windows=WINDOWS), Backend.DATADOG)[1]
    total = np.full(900, 1000.0)
    for bad, fires in ((30.0, False), (31.0, True)):
        assert Engine(history(np.full(900, bad), total), Backend.DATADOG).firing(medium).any() == fires


def test_rows_are_put_on_a_grid() -> None:
    """Rows in any order, several a minute and none in another make a history; no row and negative counts make none."""
    made = on_grid([(120, 1, 5), (30, 0, 2), (150, 1, 1)])
    assert (made.start, made.bad.tolist(), made.total.tolist()) == (0, [0, 0, 2], [2, 0, 6])
    with pytest.raises(ValueError, match="no row"):
        on_grid([])
    with pytest.raises(ValueError, match="negative"):
        from_columns(np.zeros(1), -np.ones(1), np.ones(1))
