"""Boundary tests, made from the windows: just below the threshold an alarm is silent, just above it fires in time.

They hold each alarm by itself to the closed forms of `explaining.maths`, which know nothing of sums and clocks. A spec
whose windows were mistyped passes them too: that is what the hand-written scenarios are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sightline_slo.backtesting.engine import Engine, edges
from sightline_slo.backtesting.history import STEP_S, History
from sightline_slo.explaining.maths import detection_s, reset_s
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_slo.backtesting.alarm import Alarm

PER_MINUTE = 1_000_000
"""Whole events that are close enough to any ratio."""

MARGIN = 0.02


@dataclass(frozen=True, slots=True)
class Boundary:
    """One alarm, one fault that fills its long window, and what must come of it, in seconds.

    `fires` and `resets` are the closed forms; None means that it stays silent.
    """

    alarm: Alarm
    error_ratio: float
    fires: float | None
    resets: float | None
    history: History
    fault: tuple[int, int]

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.alarm.severity} {self.alarm.name} at {100 * self.error_ratio:.4g} % errors"


def boundaries(alarms: Iterable[Alarm]) -> Iterator[Boundary]:
    """Make them: below, just above, at twice the threshold, and one for each guard."""
    for alarm in alarms:
        for factor in (1 - MARGIN, 1 + MARGIN, 2):
            share = round(alarm.ratio * factor, 6)
            if share <= 1:
                yield _fault(alarm, share, PER_MINUTE)
        window = alarm.long_s // STEP_S
        if alarm.min_events:
            # Everything fails, and one event too few lies in the window.
            yield _few(alarm, min(alarm.min_events - 1, window))
        if alarm.min_failures:
            yield _few(alarm, min(alarm.min_failures - 1, window))


def _fault(alarm: Alarm, share: float, per_minute: int) -> Boundary:
    window, short = alarm.long_s // STEP_S, alarm.short_s // STEP_S
    quiet, fault = window, window + window // 5
    total = np.full(quiet + fault + 2 * short + 60, float(per_minute))
    bad = np.zeros(len(total))
    bad[quiet : quiet + fault] = round(share * per_minute)
    # A look after any whole number of cadences: the fault begins at one.
    begins = quiet * STEP_S
    start = -begins % alarm.cadence_s
    history = History(start, bad, total)
    return Boundary(alarm, share, detection_s(alarm, share), reset_s(alarm, share), history, (quiet, quiet + fault))


def _few(alarm: Alarm, count: int) -> Boundary:
    window = alarm.long_s // STEP_S
    bad = np.zeros(3 * window)
    bad[window : window + count] = 1
    return Boundary(alarm, 1.0, None, None, History(0, bad, bad.copy()), (window, 2 * window))


def hold(boundary: Boundary, backend: Backend) -> list[str]:
    """Look through one; return what was not as the closed forms have it."""
    alarm, history = boundary.alarm, boundary.history
    stretches = edges(Engine(history, backend).firing(alarm))
    if boundary.fires is None or boundary.resets is None:
        return [f"{boundary.name}: it fires, and must not"] if stretches else []
    if not stretches:
        return [f"{boundary.name}: it never fires"]
    began, ended = boundary.fault
    every = alarm.cadence_s if backend is Backend.DATADOG else STEP_S
    fires, resets = ((stretches[0][0] + 1 - began) * STEP_S, (stretches[-1][1] + 1 - ended) * STEP_S)
    # Prometheus sees one increase less than the window has steps; each look waits for the next.
    blur = STEP_S if backend is Backend.DATADOG else 2 * STEP_S + 0.03 * alarm.long_s
    found = []
    for word, seen, wanted in (("fires", fires, boundary.fires), ("ends", resets, boundary.resets)):
        if not wanted - blur <= seen <= wanted + every + blur:
            found.append(f"{boundary.name}: it {word} after {seen} s, the closed form says {wanted:.0f} s")
    return found
