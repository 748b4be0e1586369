"""Mutants of an SLO's alerts, and which of them the scenarios catch.

A scenario that no change of the alerts can fail tests nothing. Each mutant changes one thing by a stated size; it is
killed when a hand-written scenario fails on it. Boundary tests are made from the spec, mutant or not: they do not
count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.backtesting.history import STEP_S
from sightline_slo.model import Backend, Severity
from sightline_slo.testing.model import lead_of
from sightline_slo.testing.running import engine_of, observe, problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.backtesting.alarm import Alarm
    from sightline_slo.backtesting.engine import Engine
    from sightline_slo.model import Slo
    from sightline_slo.testing.model import Scene, TestCase

SIZES = {
    "burn rate": 0.1,
    "long window": 0.2,
    "short window": 0.2,
    "budget (objective)": 0.1,
}
"""By how much each quantity is changed, both ways."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed set of alarms, and what was changed."""

    what: str
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutants of one SLO were caught, which survived, and which no scenario could tell from the original."""

    slo: Slo
    killed: int
    survived: tuple[str, ...]
    equivalent: tuple[str, ...]

    @property
    def percent(self) -> float:
        """The share that was caught, in percent; equivalent ones are not counted."""
        counted = self.killed + len(self.survived)
        return 100 * self.killed / counted if counted else 0.0


def mutants(alarms: Sequence[Alarm]) -> Iterator[Mutant]:
    """Make every mutant."""
    for index, alarm in enumerate(alarms):
        for what, changed in _changes(alarm):
            yield Mutant(f"{alarm.severity} {alarm.name}: {what}", (*alarms[:index], changed, *alarms[index + 1 :]))
        yield Mutant(f"{alarm.severity} {alarm.name}: removed", (*alarms[:index], *alarms[index + 1 :]))
    for factor in _both(SIZES["budget (objective)"]):
        changed_all = tuple(replace(each, budget=each.budget * factor) for each in alarms)
        yield Mutant(f"objective: budget x {factor:g}", changed_all)


def _changes(alarm: Alarm) -> Iterator[tuple[str, Alarm]]:
    for factor in _both(SIZES["burn rate"]):
        yield f"burn rate x {factor:g}", replace(alarm, burn_rate=alarm.burn_rate * factor)
    for factor in _both(SIZES["long window"]):
        yield f"long window x {factor:g}", replace(alarm, long_s=_steps(alarm.long_s * factor))
    for factor in _both(SIZES["short window"]):
        yield f"short window x {factor:g}", replace(alarm, short_s=_steps(alarm.short_s * factor))
    yield "> becomes >=", replace(alarm, comparator=">=")
    yield "> becomes <", replace(alarm, comparator="<")
    yield "both windows becomes either", replace(alarm, join="or")
    yield "short window dropped", replace(alarm, join="long")
    yield "long window dropped", replace(alarm, join="short")
    other = Severity.TICKET if alarm.severity is Severity.PAGE else Severity.PAGE
    yield f"becomes a {other}", replace(alarm, severity=other)
    if alarm.min_events:
        yield "min_events dropped", replace(alarm, min_events=0)
        yield "min_events x 2", replace(alarm, min_events=2 * alarm.min_events)
    if alarm.min_failures:
        yield "min_failures dropped", replace(alarm, min_failures=0)
        yield "min_failures + 1", replace(alarm, min_failures=alarm.min_failures + 1)


def _both(size: float) -> tuple[float, float]:
    return round(1 - size, 6), round(1 + size, 6)


def _steps(seconds: float) -> int:
    return max(round(seconds / STEP_S), 1) * STEP_S


def score(slo: Slo) -> Score:
    """Run every mutant through the SLO's own scenarios on every backend it is measured by.

    Scenarios that fail without any mutant catch nothing: then no mutant counts as killed.
    """
    killed, survived, equivalent = 0, [], []
    seen: dict[str, bool] = {}
    same: dict[str, bool] = {}
    for backend in (each for each in Backend if each in slo.sli):
        alarms = alarms_of(slo, backend)
        lead_s = lead_of(each.long_s for each in alarms)
        tests = [each for each in slo.tests if each.on in {None, backend}]
        scenes = [(each, scene, engine_of(slo, scene, backend)) for each in tests for scene in (each.scene(lead_s),)]

        def fails(changed: Sequence[Alarm], scenes: Sequence[tuple[TestCase, Scene, Engine]] = scenes) -> bool:
            found = (problems(test, observe(changed, engine.firing, scene)) for test, scene, engine in scenes)
            return any(next(iter(each), None) for each in found)

        broken = fails(alarms)
        for mutant in mutants(alarms):
            caught = not broken and fails(mutant.alarms)
            seen[mutant.what] = seen.get(mutant.what, False) or caught
            same[mutant.what] = same.get(mutant.what, True) and _is_same(mutant, alarms, backend)
    for what, caught in seen.items():
        if caught:
            killed += 1
        elif same[what]:
            equivalent.append(what)
        else:
            survived.append(what)
    return Score(slo, killed, tuple(survived), tuple(equivalent))


def _is_same(mutant: Mutant, alarms: Sequence[Alarm], backend: Backend) -> bool:
    """Whether `>=` cannot differ from `>`: no ratio of counts below 10^15 equals the threshold as floats have it."""
    changed = [(was, now) for was, now in zip(alarms, mutant.alarms, strict=False) if was != now]
    if len(changed) != 1 or changed[0][1].comparator != ">=":
        return False
    alarm = changed[0][0]
    exact = float(Fraction(str(alarm.burn_rate)) * Fraction(str(alarm.budget)))
    if backend is Backend.DATADOG:
        return exact / alarm.budget != alarm.burn_rate
    return exact != alarm.burn_rate * alarm.budget
