"""Runs scenarios: what each severity did, against what was expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.backtesting.engine import Engine, edges
from sightline_slo.durations import spell
from sightline_slo.model import Backend, Severity, TimeSlice
from sightline_slo.testing.looking import look, pushed
from sightline_slo.testing.model import Expectation, lead_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from sightline_slo.backtesting.alarm import Alarm
    from sightline_slo.model import Slo
    from sightline_slo.testing.model import Between, Scene, TestCase

    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Observed:
    """What one severity did; seconds from the fault's beginning and from its end, None for never."""

    fires_s: int | None
    resets_s: int | None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one scenario went on one backend; no problems mean that it passed."""

    slo: Slo
    test: TestCase
    backend: Backend
    observed: Mapping[Severity, Observed]
    problems: tuple[str, ...]


def run(slo: Slo, tests: Sequence[TestCase], backend: Backend) -> list[Outcome]:
    """Run scenarios on one backend: Datadog's by the local backend's evaluator, Prometheus' by its rules of rates."""
    alarms = alarms_of(slo, backend)
    lead_s = lead_of(each.long_s for each in alarms)
    queries = pushed(slo) if backend is Backend.DATADOG else {}
    made = []
    for test in (each for each in tests if each.on in {None, backend}):
        scene = test.scene(lead_s)
        engine = engine_of(slo, scene, backend)

        def firing(alarm: Alarm, scene: Scene = scene, engine: Engine = engine) -> Flags:
            query = queries.get((alarm.long_s, alarm.short_s))
            return engine.firing(alarm) if query is None else look(alarm, query, slo, scene.history, scene.lead)

        observed = observe(alarms, firing, scene)
        made.append(Outcome(slo, test, backend, observed, tuple(problems(test, observed))))
    return made


def engine_of(slo: Slo, scene: Scene, backend: Backend) -> Engine:
    """Return an engine that measures a scenario as the SLI is measured: slices are averaged, counters rated."""
    sampled = isinstance(slo.sli[backend], TimeSlice)
    return Engine(replace(scene.history, sampled=sampled), backend)


def observe(alarms: Iterable[Alarm], firing: Callable[[Alarm], Flags], scene: Scene) -> dict[Severity, Observed]:
    """Return what each severity did in a scenario."""
    history, began, ended = scene.history, scene.began, scene.ended
    seen: dict[Severity, Observed] = {}
    by_severity: dict[Severity, list[tuple[str, Flags]]] = {severity: [] for severity in Severity}
    for alarm in alarms:
        by_severity[alarm.severity].append((alarm.name, firing(alarm)))
    for severity, found in by_severity.items():
        any_of = np.logical_or.reduce([flags for _, flags in found]) if found else np.zeros(len(history.total), bool)
        stretches = edges(any_of)
        if not stretches:
            seen[severity] = Observed(None, None)
            continue
        first, last = stretches[0][0], stretches[-1][1]
        names = tuple(name for name, flags in found if flags.any())
        # Entry k of the flags is the look at the end of minute k.
        resets = None if last == len(any_of) else (last + 1 - ended) * history.step_s
        seen[severity] = Observed((first + 1 - began) * history.step_s, resets, names)
    return seen


def problems(test: TestCase, observed: Mapping[Severity, Observed]) -> Iterable[str]:
    """Say what was not as expected."""
    for severity in Severity:
        wanted, seen = test.expect.get(severity, Expectation()), observed[severity]
        if wanted.fires is None:
            if seen.fires_s is not None:
                yield f"{severity}: none expected, it fires {_after(seen.fires_s)} ({', '.join(seen.names)})"
        elif seen.fires_s is None:
            yield f"{severity}: expected {wanted.fires} after the fault began, it never fires"
        else:
            if seen.fires_s not in wanted.fires:
                yield f"{severity}: expected {wanted.fires} after the fault began, it fires {_after(seen.fires_s)}"
            yield from _reset(severity, wanted.resets, seen.resets_s)


def _reset(severity: Severity, wanted: Between | None, resets_s: int | None) -> Iterable[str]:
    if wanted is None:
        return
    if resets_s is None:
        yield f"{severity}: expected to end {wanted} after the fault, it is still firing when the scenario ends"
    elif resets_s not in wanted:
        yield f"{severity}: expected to end {wanted} after the fault, it ends {_after(resets_s)}"


def _after(seconds: int) -> str:
    if seconds < 0:
        return f"{spell(-seconds, 'hm')} before"
    return f"after {spell(seconds, 'hm') if seconds else '0m'}"
