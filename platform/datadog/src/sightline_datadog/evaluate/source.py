"""Where the evaluator's numbers come from: a protocol, so that a store, a fixture and a history serve alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.query.tree import MetricQuery

MetricKind = Literal["", "gauge", "count", "rate", "distribution"]


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one group: `tags` are `key:value`, points are (second, value), oldest first.

    `kind` is the metric's type where the source knows it: gaps in a gauge are bridged. `step` is how far apart its
    points are, in seconds, where the source knows that; 0 lets the evaluator tell from the points.
    """

    tags: tuple[str, ...]
    points: tuple[tuple[int, float], ...]
    kind: MetricKind = field(default="", compare=False)
    step: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SumRequest:
    """How much a counted query adds up to from `start` up to but not including `end` (Unix seconds)."""

    query: MetricQuery
    start: int
    end: int


class MetricSource(Protocol):
    """A store of series."""

    def sums(self, requests: Sequence[SumRequest]) -> list[float | None]:
        """Answer each request in order, over all groups; None where there is no point at all."""

    def series(self, query: MetricQuery, start: int, end: int, interval: int) -> list[Series]:
        """Return the query's groups as points of `interval` seconds, aligned to Unix time; gaps are left out.

        Points before `start`, at `end` and later are not in it. `.rollup(method, seconds)` decides the interval and
        how its points become one; `.as_rate()` divides by the interval.
        """
