"""A source of numbers held in memory: points by query text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_datadog.evaluate.source import Series, SumRequest
from sightline_datadog.query import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.query.tree import MetricQuery


@dataclass
class Numbers:
    """`points[query]` is a list of (second, value)."""

    points: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    def sums(self, requests: Sequence[SumRequest]) -> list[float | None]:
        found = [
            [value for second, value in self.points.get(canonical(each.query), []) if each.start <= second < each.end]
            for each in requests
        ]
        return [sum(values) if values else None for values in found]

    def series(self, query: MetricQuery, start: int, end: int, interval: int) -> list[Series]:
        cells: dict[int, float] = {}
        for second, value in self.points.get(canonical(query), []):
            if start <= second < end:
                cell = second - second % interval
                cells[cell] = cells.get(cell, 0.0) + value
        return [Series((), tuple(sorted(cells.items())))] if cells else []
