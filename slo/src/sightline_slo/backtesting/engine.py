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
        bad, total, long = self.window(alarm.long_s)
        fires = self._passes(long, alarm)
        if alarm.join != "long":
            short = self._passes(self.window(alarm.short_s)[2], alarm)
            fires = {"and": fires & short, "or": fires | short, "short": short}[alarm.join]
        if self.backend is Backend.PROMETHEUS:
            # Counters are read between scrapes, so that the rules ask for half an event less.
            for rate, least in ((total, alarm.min_events), (bad, alarm.min_failures)):
                if least:
                    fires = fires & (rate * alarm.long_s > least - 0.5)
            return fires
        # Without events in the long window the monitor has no data, whatever the short one says.
        fires = fires & (total > 0) & (total >= alarm.min_events) & (bad >= alarm.min_failures)
        return self._held(fires, alarm.cadence_s) if alarm.cadence_s > self.history.step_s else fires

    def _passes(self, ratio: Floats, alarm: Alarm) -> Flags:
        compare = _COMPARE[alarm.comparator]
        if self.backend is Backend.DATADOG:
            # Divided, as the evaluator does: at the very threshold a product may round to the other side.
            return compare(ratio / alarm.budget, alarm.burn_rate)
        with np.errstate(invalid="ignore"):
            return compare(ratio, alarm.burn_rate * alarm.budget)

    def window(self, width_s: int) -> tuple[Floats, Floats, Floats]:
        """Return the bad and all events of the window that ends at each moment, and the share of the bad.

        Datadog's are counts and Prometheus' are rates, as each compares them.
        """
        if width_s not in self._windows:
            made = self._counted(width_s) if self.backend is Backend.DATADOG else self._rated(width_s)
            self._windows[width_s] = made
        return self._windows[width_s]

    def _counted(self, width_s: int) -> tuple[Floats, Floats, Floats]:
        """Add up what lies in [clock - width, clock)."""
        width = max(width_s // self.history.step_s, 1)
        bad, total = self._bad[1:].copy(), self._total[1:].copy()
        if width < len(bad):
            bad[width:] -= self._bad[1:-width]
            total[width:] -= self._total[1:-width]
        # Nothing in a window beside something in the other is a burn rate of zero.
        ratio = np.divide(bad, total, out=np.zeros(len(bad)), where=total > 0)
        return bad, total, np.minimum(ratio, 1.0, out=ratio)

    def _rated(self, width_s: int) -> tuple[Floats, Floats, Floats]:
        """Combine Prometheus' rates of the series that there are."""
        if self.history.sampled:
            bad, total, _ = self._counted(width_s)
            with np.errstate(invalid="ignore"):
                return bad / width_s, total / width_s, bad / total
        bad, total = self._rate(self._bad, width_s), self._rate(self._total, width_s)
        if self.history.split or self.history.of_good:
            good = self._rate(self._total - self._bad, width_s)
            total = bad + good if self.history.split else total
            bad = np.maximum(total - good, 0.0) if self.history.of_good else bad
        with np.errstate(invalid="ignore", divide="ignore"):
            return bad, total, bad / total

    def _rate(self, sums: Floats, width_s: int) -> Floats:
        """Return Prometheus' `rate` over (clock - width, clock] of a counter scraped at every step.

        The range is open on the left since Prometheus 3, so that a window of five steps holds five samples and sees
        four increases; `extrapolatedRate` in promql/functions.go stretches them to five, but never below a counter's
        zero: a counter that began inside the window is not stretched at all.
        """
        step = self.history.step_s
        width = width_s // step
        if width < 2:
            return np.full(len(sums) - 1, np.nan)
        rate = sums[1:] * (1.0 / width_s)
        if width < len(sums):
            started = sums[1 : len(sums) - width + 1]
            grown = sums[width:] - started
            sampled = float((width - 1) * step)
            rate[width - 1 :] = grown * ((sampled + step) / sampled / width_s)
            near = np.flatnonzero((started * (width - 1) < grown * (1 + 1e-9)) & (grown > 0))
            zero = sampled * (started[near] / grown[near])
            rate[width - 1 + near] = grown[near] * ((sampled + np.minimum(zero, float(step))) / sampled / width_s)
        return rate

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
