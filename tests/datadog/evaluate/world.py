"""Monitors, series and sources in a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.look import Look, Sources
from sightline_datadog.evaluate.memory import Column, MemorySource
from sightline_datadog.evaluate.monitor import look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.evaluate.source import MetricKind
    from sightline_datadog.evaluate.states import Evaluation

NOW = 1_700_006_400


def column(
    metric: str,
    values: Sequence[float | None],
    *,
    start: int,
    step: int = 60,
    kind: MetricKind = "gauge",
    tags: tuple[str, ...] = (),
) -> Column:
    return Column(metric, tags, kind, start, step, values)


def recent(metric: str, values: Sequence[float | None], *, kind: MetricKind = "gauge", tags: str = "") -> Column:
    """One value a minute, the last one in the minute before NOW."""
    return column(metric, values, start=NOW - 60 * len(values), kind=kind, tags=tuple(tags.split()))


def sources(*columns: Column, **others: Any) -> Sources:
    return Sources(**{"metrics": MemorySource(columns), "find_slo": {}.get, **others})


def ask(query: str, *columns: Column, now: int = NOW, **options: Any) -> Look:
    kind = "slo alert" if "burn_rate" in query or "error_budget" in query else "query alert"
    return look({"type": kind, "query": query, "options": options}, sources(*columns), now)


def simple(query: str, *columns: Column, now: int = NOW, **options: Any) -> Evaluation:
    return ask(query, *columns, now=now, **options).groups[()]


def value(query: str, *columns: Column, now: int = NOW, **options: Any) -> float:
    found = simple(query, *columns, now=now, **options).values["value"]
    assert isinstance(found, float)
    return found
