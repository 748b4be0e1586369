"""Where the evaluator's numbers come from: a protocol, so that a store, a fixture and a history serve alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.query.tree import MetricQuery


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one group: `tags` are `key:value`, points are (second, value), oldest first."""

    tags: tuple[str, ...]
    points: tuple[tuple[int, float], ...]


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
        """Return the query's groups as points of `interval` seconds, aligned to Unix time; gaps are left out."""
