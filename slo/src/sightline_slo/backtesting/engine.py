"""All looks at an alarm over a history at once: two prefix sums, then two differences a window.

It says what `sightline_datadog.evaluate` says look by look, and what Prometheus 3 says: tests hold it to both.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sightline_slo.backtesting.history import prefix
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sightline_slo.backtesting.alarm import Alarm
    from sightline_slo.backtesting.history import History

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]

_COMPARE: dict[str, Callable[[Floats, float], Flags]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(slots=True)
class Engine:
    """The looks at one history by one backend. Sums and ratios of a window are kept: pairs share windows."""

    history: History
    backend: Backend
    _bad: Floats = field(init=False, repr=False)
    _total: Floats = field(init=False, repr=False)
    _windows: dict[int, tuple[Floats, Floats, Floats]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Add up once."""
        self._bad, self._total = prefix(self.history.bad), prefix(self.history.total)

    def firing(self, alarm: Alarm) -> Flags:
        """Return whether the alarm fires at each moment of the history's clock."""
        bad, total, long = self._window(alarm.long_s)
        fires = self._passes(long, alarm)
        if alarm.join != "long":
            short = self._passes(self._window(alarm.short_s)[2], alarm)
            fires = {"and": fires & short, "or": fires | short, "short": short}[alarm.join]
        if self.backend is Backend.DATADOG:
            # Without events in the long window the monitor has no data, whatever the short one says.
            fires = fires & (total > 0)
        # Prometheus reads counters between scrapes, so that the rules ask for half an event less.
        slack = 0.5 if self.backend is Backend.PROMETHEUS else 0.0
        if alarm.min_events:
            fires = fires & self._least(total, alarm.min_events - slack)
        if alarm.min_failures:
            fires = fires & self._least(bad, alarm.min_failures - slack)
        if self.backend is Backend.DATADOG and alarm.cadence_s > self.history.step_s:
            return self._held(fires, alarm.cadence_s)
        return fires

    def _passes(self, ratio: Floats, alarm: Alarm) -> Flags:
        compare = _COMPARE[alarm.comparator]
        with np.errstate(invalid="ignore"):
            if self.backend is Backend.DATADOG:
                # Divided, as the evaluator does: at the very threshold a product may round to the other side.
                return compare(ratio / alarm.budget, alarm.burn_rate)
            return compare(ratio, alarm.burn_rate * alarm.budget)

    def _least(self, count: Floats, least: float) -> Flags:
        with np.errstate(invalid="ignore"):
            return count > least if self.backend is Backend.PROMETHEUS else count >= least

    def _window(self, width_s: int) -> tuple[Floats, Floats, Floats]:
        """Return the bad and all events of the window that ends at each moment, and the share of the bad."""
        if width_s not in self._windows:
            sums = self._counted if self.backend is Backend.DATADOG else self._extrapolated
            bad, rate = sums(self._bad, width_s)
            total, of_all = sums(self._total, width_s)
            if self.backend is Backend.PROMETHEUS and (self.history.split or self.history.of_good):
                good, of_good = sums(self._total - self._bad, width_s)
                if self.history.split:
                    total, of_all = bad + good, rate + of_good
                if self.history.of_good:
                    bad, rate = np.maximum(total - good, 0.0), np.maximum(of_all - of_good, 0.0)
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = rate / of_all
            if self.backend is Backend.DATADOG:
                # Nothing in a window beside something in the other is a burn rate of zero.
                ratio = np.clip(np.nan_to_num(ratio, posinf=1.0), 0.0, 1.0)
            self._windows[width_s] = bad, total, ratio
        return self._windows[width_s]

    def _counted(self, sums: Floats, width_s: int) -> tuple[Floats, Floats]:
        """Add up what lies in [clock - width, clock)."""
        width = max(width_s // self.history.step_s, 1)
        counted = sums[1:].copy()
        if width < len(counted):
            counted[width:] -= sums[1:-width]
        return counted, counted

    def _extrapolated(self, sums: Floats, width_s: int) -> tuple[Floats, Floats]:
        """Return Prometheus' `increase` and `rate` over (clock - width, clock] of a counter scraped at every step.

        The range is open on the left since Prometheus 3, so that a window of five steps holds five samples and sees
        four increases; `extrapolatedRate` in promql/functions.go stretches them to five.
        """
        step = self.history.step_s
        last = np.arange(1, len(sums))
        first = np.maximum(last - width_s // step + 1, 0)
        started = sums[first]
        grown = sums[1:] - started
        sampled = (last - first) * float(step)
        before = first * step - (last * step - width_s).astype(np.float64)
        before[before >= step * 1.1] = step / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            zero = np.where(grown > 0, sampled * (started / grown), before)
            factor = (sampled + np.minimum(before, zero)) / sampled
            seen = sampled > 0
            return np.where(seen, grown * factor, np.nan), np.where(seen, grown * (factor / width_s), np.nan)

    def _held(self, fires: Flags, cadence_s: int) -> Flags:
        """Keep what was last seen until the next look; the vendor's phase is unknown, ours is Unix time."""
        looks = np.flatnonzero(self.history.clock % cadence_s == 0)
        last = np.searchsorted(looks, np.arange(len(fires)), side="right") - 1
        held = np.zeros(len(fires), dtype=np.bool_)
        known = last >= 0
        held[known] = fires[looks[last[known]]]
        return held


def edges(fires: Flags) -> list[tuple[int, int]]:
    """Return the stretches in which it fires, as (first index, index after the last)."""
    changes = np.flatnonzero(np.diff(fires.astype(np.int8), prepend=0, append=0))
    return [(int(start), int(end)) for start, end in zip(changes[::2], changes[1::2], strict=True)]
