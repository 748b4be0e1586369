"""Metric values on their way to the store, added up in memory between two writes.

Counts add up within ten seconds; a count that came with its own timestamp replaces whatever its (series, second) held.
Cumulative sums and histograms become differences here, under the same lock as the values they turn into: what is
written is always a value together with the last total it was taken from, so a restart of either side counts nothing
twice.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_local.store.bins import Bin, bin_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SLICE_S = 10
LIMIT = 300_000  # values between two writes; a writer that is this far behind takes no more
LIMIT_TOTALS = 400_000  # cumulative senders that are remembered; beyond it the longest silent are forgotten
LIMIT_UNIQUES = 100_000  # different tokens of one set in one slice; beyond it a set says "at least so many"
_NEVER = (0, 0.0, ())

Key = tuple[int, int]
CumulativeKey = tuple[str, int]
Total = tuple[int, float, tuple[float, ...]]


def slice_of(second: float) -> int:
    """Return the start of the ten seconds that a moment falls into."""
    return int(second // SLICE_S) * SLICE_S


@dataclass(slots=True)
class Pending:
    """What one write takes: values by (series, second), and the totals that cumulative senders last reported."""

    adds: dict[Key, float] = field(default_factory=dict)
    sets: dict[Key, float] = field(default_factory=dict)
    gauges: dict[Key, float] = field(default_factory=dict)
    samples: dict[Key, list[float]] = field(default_factory=dict)
    bins: dict[Key, dict[Bin, float]] = field(default_factory=dict)
    totals: dict[CumulativeKey, Total] = field(default_factory=dict)
    bin_count: int = 0

    def __len__(self) -> int:
        return len(self.adds) + len(self.sets) + len(self.gauges) + self.bin_count // 2 + len(self.totals)


class MetricBuffer:
    """The values since the last write. Safe from every thread; `series` are ids of the index."""

    def __init__(self, totals: Iterable[tuple[CumulativeKey, Total]] = ()) -> None:
        self._lock = threading.Lock()
        self._pending = Pending()
        self._totals: dict[CumulativeKey, Total] = dict(totals)
        self._uniques: dict[Key, set[int]] = {}
        self._newest = 0

    @property
    def full(self) -> bool:
        """Whether the writer is so far behind that nothing more may be taken."""
        return len(self._pending) >= LIMIT

    def take(self) -> Pending:
        """Take everything for one write."""
        with self._lock:
            taken, self._pending = self._pending, Pending()
            return taken

    def add(self, series: int, ts: int, value: float) -> None:
        """Add to a count."""
        with self._lock:
            self._add(series, ts, value)

    def replace(self, series: int, ts: int, value: float) -> None:
        """Set a count, whatever it was; what is added later adds to it."""
        key = (series, ts)
        with self._lock:
            self._pending.adds.pop(key, None)
            self._pending.sets[key] = value

    def gauge(self, series: int, ts: int, value: float) -> None:
        """Set a gauge: the last value of a slice stays."""
        with self._lock:
            self._pending.gauges[(series, ts)] = value

    def unique(self, series: int, ts: int, token: str) -> None:
        """Count different tokens within a slice, as a gauge."""
        key = (series, ts)
        with self._lock:
            if ts > self._newest:
                self._newest = ts
                self._uniques = {each: seen for each, seen in self._uniques.items() if each[1] >= ts - 60}
            tokens = self._uniques.setdefault(key, set())
            if len(tokens) < LIMIT_UNIQUES:
                tokens.add(hash(token))  # eight bytes instead of whatever was sent
            self._pending.gauges[key] = float(len(tokens))

    def sample(self, series: int, ts: int, value: float, times: float = 1.0) -> None:
        """Add a value of a distribution, seen `times` times."""
        with self._lock:
            self._merge(series, ts, {bin_of(value): times}, (times, value * times, value, value))

    def merge(self, series: int, ts: int, bins: dict[Bin, float], summary: tuple[float, float, float, float]) -> None:
        """Add a part of a distribution; `summary` is (count, sum, minimum, maximum)."""
        with self._lock:
            self._merge(series, ts, bins, summary)

    def total(self, key: CumulativeKey, at_ns: int, value: float, to: Key) -> None:
        """Take a cumulative sum's value and add to `to` what it grew by; repeated and late points add nothing."""
        with self._lock:
            last_ns, last, _ = self._totals.get(key, _NEVER)
            if last_ns and at_ns <= last_ns:
                return
            self._remember(key, (at_ns, value, ()))
            if last_ns and value == last:
                return
            if not last_ns and not key[1]:
                return  # nobody knows since when it counts: it is the mark that the next one is measured from
            # A smaller value is a sender that began again without saying so.
            self._add(*to, value - last if value >= last else value)

    def histogram(
        self,
        key: CumulativeKey,
        at_ns: int,
        bounds: Sequence[float],
        counts: Sequence[float],
        total: float,
        *,
        to: Key,
    ) -> None:
        """Take a cumulative histogram and add to `to` what it grew by."""
        with self._lock:
            last_ns, last_total, last_counts = self._totals.get(key, _NEVER)
            if last_ns and at_ns <= last_ns:
                return
            self._remember(key, (at_ns, total, tuple(counts)))
            if not last_ns and not key[1]:
                return
            grown = list(counts)
            if len(last_counts) == len(counts) and all(
                now >= then for now, then in zip(counts, last_counts, strict=True)
            ):
                grown = [now - then for now, then in zip(counts, last_counts, strict=True)]
                total -= last_total
            bins, summary = histogram_bins(bounds, grown, total)
            if bins:
                self._merge(*to, bins, summary)

    def _remember(self, key: CumulativeKey, total: Total) -> None:
        self._totals.pop(key, None)  # to the end: the first are those that were silent for longest
        self._totals[key] = self._pending.totals[key] = total
        if len(self._totals) > LIMIT_TOTALS:
            del self._totals[next(iter(self._totals))]

    def _add(self, series: int, ts: int, value: float) -> None:
        key = (series, ts)
        if key in self._pending.sets:
            self._pending.sets[key] += value
        else:
            self._pending.adds[key] = self._pending.adds.get(key, 0.0) + value

    def _merge(self, series: int, ts: int, bins: dict[Bin, float], summary: tuple[float, float, float, float]) -> None:
        key = (series, ts)
        held = self._pending.bins.setdefault(key, {})
        before = len(held)
        for each, count in bins.items():
            held[each] = held.get(each, 0.0) + count
        self._pending.bin_count += len(held) - before
        known = self._pending.samples.get(key)
        if known is None:
            self._pending.samples[key] = list(summary)
        else:
            known[0] += summary[0]
            known[1] += summary[1]
            known[2] = min(known[2], summary[2])
            known[3] = max(known[3], summary[3])


def histogram_bins(
    bounds: Sequence[float], counts: Sequence[float], total: float
) -> tuple[dict[Bin, float], tuple[float, float, float, float]]:
    """Return an explicit-bounds histogram as bins and its (count, sum, minimum, maximum), the latter two as bounds."""
    bins: dict[Bin, float] = {}
    for position, count in enumerate(counts):
        if not count:
            continue
        high = bounds[position] if position < len(bounds) else math.inf
        lowest = 0.0 if high > 0 else -math.inf
        bins[(bounds[position - 1] if position else lowest, high)] = count
    if not bins:
        return {}, (0.0, 0.0, 0.0, 0.0)
    first, last = next(iter(bins)), next(reversed(bins))
    return bins, (
        float(sum(counts)),
        total,
        first[0] if math.isfinite(first[0]) else first[1],
        last[1] if math.isfinite(last[1]) else last[0],
    )
