"""What happened, minute by minute: the events of one SLO on an even grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

STEP_S = 60


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Events by step: entry `k` holds those from `start + k * step_s` up to but not including the next.

    Args:
        start: Unix seconds, a multiple of the step.
        bad: how many failed.
        total: how many there were.
        step_s: the width of an entry.
        split: whether the backend counts bad and good events in series of their own and adds the two; Prometheus
            extrapolates each series by itself, which shows in the first minutes of a counter.
        of_good: whether it counts the good events and takes them from the total.
        sampled: whether Prometheus averages samples of it, as it does with slices of time, instead of rating counters.
    """

    start: int
    bad: NDArray[np.float64]
    total: NDArray[np.float64]
    step_s: int = STEP_S
    split: bool = False
    of_good: bool = False
    sampled: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no history."""
        if len(self.bad) != len(self.total) or not len(self.total):
            raise ValueError(f"{len(self.bad)} counts of failures for {len(self.total)} of events")
        if self.start % self.step_s:
            raise ValueError(f"{self.start} is no multiple of {self.step_s} s")

    @property
    def end(self) -> int:
        """The second at which it ends."""
        return self.start + len(self.total) * self.step_s

    @property
    def clock(self) -> NDArray[np.int64]:
        """The moments at which something can be known of it: the end of each entry."""
        return self.start + self.step_s * np.arange(1, len(self.total) + 1, dtype=np.int64)

    def spent(self, period_s: int, budget: float) -> NDArray[np.float64]:
        """Return how much of the period's budget is used up after each entry, as a share.

        The period's budget is that of its mean traffic, so that a history shorter than the period is not judged as if
        the rest of the period had no traffic.
        """
        events = float(self.total.mean()) * period_s / self.step_s
        used = prefix(self.bad)
        width = period_s // self.step_s
        index = np.arange(1, len(used))
        inside: NDArray[np.float64] = used[1:] - used[np.maximum(index - width, 0)]
        return inside / (events * budget) if events else np.zeros(len(inside))


def prefix(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of the first 0, 1, 2, … values."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values, out=sums[1:])
    return sums


def on_grid(rows: Iterable[tuple[float, float, float]], step_s: int = STEP_S) -> History:
    """Put (second, bad, total) rows on a grid; rows of one step are added, steps without rows hold no events.

    Raises:
        ValueError: there is no row.
    """
    table = np.array(list(rows), dtype=np.float64).reshape(-1, 3)
    return from_columns(table[:, 0], table[:, 1], table[:, 2], step_s)


def from_columns(
    seconds: NDArray[np.float64], bad: NDArray[np.float64], total: NDArray[np.float64], step_s: int = STEP_S
) -> History:
    """Put columns on a grid; see `on_grid`.

    Raises:
        ValueError: there is no row, or a count is negative or no number.
    """
    if not len(seconds):
        raise ValueError("it holds no row")
    if not (np.isfinite(bad).all() and np.isfinite(total).all()) or bad.min() < 0 or total.min() < 0:
        raise ValueError("a count is negative or no number")
    cells = (seconds // step_s).astype(np.int64)
    first = int(cells.min())
    cells -= first
    size = int(cells.max()) + 1
    return History(
        first * step_s,
        np.bincount(cells, weights=bad, minlength=size).astype(np.float64),
        np.bincount(cells, weights=total, minlength=size).astype(np.float64),
        step_s,
    )
