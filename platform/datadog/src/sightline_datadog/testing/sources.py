"""The series of a test as the evaluator asks for them: metrics, service checks, logs and other events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.aggregate import joined
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.matching import by_key, matches
from sightline_datadog.evaluate.memory import Column, MemorySource
from sightline_datadog.evaluate.searching import finds, held
from sightline_datadog.query import tree
from sightline_datadog.testing.model import CheckSeries, EventSeries, MetricSeries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.query.alerts import SearchAlert, ServiceCheck
    from sightline_datadog.testing.model import Case


def metrics(case: Case) -> MemorySource:
    """Return the metrics of a test."""
    found = [each for each in case.fixtures if isinstance(each, MetricSeries)]
    return MemorySource(
        Column(each.metric, each.tags, each.kind, case.begins, each.interval_s, each.values) for each in found
    )


@dataclass(slots=True)
class Checks:
    """Implements `look.CheckSource`; `asked` are the checks that were asked for."""

    case: Case
    asked: set[str] = field(default_factory=set)

    def statuses(
        self, query: ServiceCheck, by: Sequence[str], count: int, now: int
    ) -> Mapping[Group, Sequence[tuple[int, int]]]:
        """Return the last `count` (second, status) of each group before `now`, the newest last."""
        self.asked.add(query.check)
        found: dict[Group, list[tuple[int, int]]] = defaultdict(list)
        for series in self.case.fixtures:
            if not isinstance(series, CheckSeries) or series.check != query.check or not _chosen(query, series.tags):
                continue
            keyed = by_key(series.tags)
            if by != ("*",) and any(key not in keyed for key in by):
                continue
            chosen = series.tags if by == ("*",) else [each for each in series.tags if each.partition(":")[0] in by]
            moments = ((self.case.begins + at * series.interval_s, each) for at, each in enumerate(series.values))
            found[tuple(sorted(chosen))] += [(at, each) for at, each in moments if each is not None and at < now]
        return {group: sorted(each)[-max(count, 1) :] for group, each in found.items() if each}


def _chosen(query: ServiceCheck, tags: tuple[str, ...]) -> bool:
    keyed = by_key(tags)
    wanted, left_out = (_texts(query, name) for name in ("over", "exclude"))
    return all(_has(each, keyed) for each in wanted) and not any(_has(each, keyed) for each in left_out)


def _texts(query: ServiceCheck, name: str) -> list[str]:
    arguments = [text for call in query.calls if call.name == name for text in call.arguments]
    return [part.strip("\"' ") for text in arguments for part in text.strip("\"' ").split(",")]


def _has(text: str, keyed: Mapping[str, tuple[str, ...]]) -> bool:
    return matches(tree.Term(text), keyed)


@dataclass(slots=True)
class Events:
    """Implements `look.EventSource`; `asked` are the sources that were asked for."""

    case: Case
    asked: set[str] = field(default_factory=set)

    def measure(
        self, query: SearchAlert, by: Sequence[str], window: tuple[int, int], method: str, measure: str
    ) -> Mapping[Group, float]:
        """Measure what the search finds, per group; events without a facet are in no group.

        Raises:
            NotEvaluatedError: what is measured is no number.
        """
        self.asked.add(query.source)
        found = [each for each in self.case.fixtures if isinstance(each, EventSeries) and each.source == query.source]
        values: dict[Group, list[tuple[Any, float]]] = defaultdict(list)
        for series in found:
            value = held(measure, series.attributes) if measure else 1.0
            if not finds(query.where, series.attributes):
                continue
            count = _count(self.case.begins, series, window)
            if value is None or count <= 0:
                continue
            for group in _groups(series.attributes, by):
                values[group].append((value, count))
        return {group: _measured(method, each) for group, each in values.items()}


def _count(begins: int, series: EventSeries, window: tuple[int, int]) -> float:
    first, last = (min(max(-(-(edge - begins) // series.interval_s), 0), len(series.values)) for edge in window)
    return sum(each for each in series.values[first:last] if each)


def _groups(event: Mapping[str, Any], by: Sequence[str]) -> list[Group]:
    found = [held(key, event) for key in by]
    if any(each is None for each in found):
        return []
    several = [each if isinstance(each, list) else [each] for each in found]
    return [
        tuple(sorted(f"{key}:{value}" for key, value in zip(by, values, strict=True))) for values in product(*several)
    ]


def _measured(method: str, values: Sequence[tuple[Any, float]]) -> float:
    """Return the measure of (value, how many events say it)."""
    if method == "count":
        return sum(count for _, count in values)
    if method == "cardinality":
        return float(len({str(value) for value, _ in values}))
    try:
        numbers = [(float(value), count) for value, count in values]
    except (TypeError, ValueError):
        raise NotEvaluatedError(f"`{values[0][0]}` is no number") from None
    if method in {"sum", "avg"}:
        total = sum(value * count for value, count in numbers)
        return total if method == "sum" else total / sum(count for _, count in numbers)
    return joined(method.replace("pc", "p"), [value for value, count in numbers for _ in range(max(int(count), 1))])
