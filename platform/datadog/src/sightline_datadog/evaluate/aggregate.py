"""How the values of a metric become one: over time within a series, then over the series of a group.

https://docs.datadoghq.com/metrics/#time-and-space-aggregation
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sightline_datadog.evaluate.errors import NotEvaluatedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_datadog.evaluate.source import MetricKind
    from sightline_datadog.query.tree import MetricQuery


def over_time(method: str, kind: MetricKind) -> str:
    """Return how the points of a bucket join where `.rollup(…)` does not say: counts add up, the others average."""
    return method or ("sum" if kind == "count" else "avg")


def joined(method: str, values: Sequence[float]) -> float:
    """Join values that there are.

    Raises:
        NotEvaluatedError: nobody here knows how.
    """
    if method in _JOINS:
        return _JOINS[method](values)
    level = percentile_of(method)
    if level is None:
        raise NotEvaluatedError(f"`{method}` of several series is not computed here")
    # The nearest rank: the vendor's sketches answer within one per cent of it.
    return sorted(values)[max(math.ceil(level * len(values)), 1) - 1]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


_JOINS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": math.fsum,
    "avg": _mean,
    "last": _mean,
    "min": min,
    "max": max,
    "count": lambda values: float(len(values)),
    "count_nonzero": lambda values: float(sum(1 for each in values if each)),
}


def percentile_of(aggregator: str) -> float | None:
    """Return 0.95 for `p95`; None for what is no percentile."""
    if aggregator == "median":
        return 0.5
    if aggregator.startswith("p") and aggregator[1:].replace(".", "", 1).isdigit():
        return float(aggregator[1:]) / 100
    return None


def rollup_of(query: MetricQuery, interval: int) -> tuple[str, int]:
    """Return how `.rollup(…)` joins points, empty where it does not say, and over how many seconds."""
    method = ""
    for call in query.calls:
        if call.name == "rollup":
            for text in (argument.strip("\"' ") for argument in call.arguments):
                if text.isdigit():
                    interval = max(int(text), 1)
                elif text in {"sum", "avg", "min", "max", "count"}:
                    method = text
            break
    return method, interval
