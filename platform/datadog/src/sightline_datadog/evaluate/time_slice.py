"""Time-slice SLOs: slices of one or five minutes whose value meets a condition are uptime.

A slice without data is uptime, and so is a correction; overall uptime needs all groups up.
https://docs.datadoghq.com/service_level_objectives/time_slice/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate import pointwise
from sightline_datadog.evaluate.compare import passes
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.functions import refuse_unknown
from sightline_datadog.evaluate.intervals import Interval, length, merged, within, without
from sightline_datadog.evaluate.lines import resolved
from sightline_datadog.evaluate.slo import Count, inlined_formula

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.source import MetricSource
    from sightline_datadog.query import tree

SLICES_S = (60, 300)
DEFAULT_SLICE_S = 300


@dataclass(frozen=True, slots=True)
class TimeSliceSli:
    """What is measured, what makes a slice up, and how long a slice is in seconds."""

    expression: tree.Expression
    comparator: tree.Comparator
    threshold: float
    slice_s: int = DEFAULT_SLICE_S


def read_time_slice(body: Mapping[str, Any]) -> TimeSliceSli:
    """Read the specification of a time-slice SLO.

    Raises:
        NotEvaluatedError: it lacks something, or is of what is not computed here.
    """
    found = (body.get("sli_specification") or {}).get("time_slice") or {}
    try:
        asked = found["query"]
        texts = {each["name"]: str(each["query"]) for each in asked["queries"]}
        expression = inlined_formula(str(asked["formulas"][0]["formula"]), texts)
        comparator, threshold = found["comparator"], float(found["threshold"])
    except (KeyError, IndexError, TypeError) as error:
        raise NotEvaluatedError(f"its time slices are not specified whole: {error!r}") from None
    if comparator not in {">", ">=", "<", "<="}:
        raise NotEvaluatedError(f"`{comparator}` compares no time slice")
    refuse_unknown(expression)
    slice_s = int(found.get("query_interval_seconds") or DEFAULT_SLICE_S)
    if slice_s not in SLICES_S:
        raise NotEvaluatedError(f"slices of {slice_s} seconds are not known")
    return TimeSliceSli(resolved(expression), comparator, threshold, slice_s)


def downtime(sli: TimeSliceSli, window: Interval, now: int, source: MetricSource) -> dict[Group, list[Interval]]:
    """Return the slices of each group that are down; a group that is only up has none."""
    start, width = window[0] - window[0] % sli.slice_s, sli.slice_s
    span = pointwise.Span(start, window[1], width, now)
    return {
        group: merged(
            (moment, moment + width)
            for moment, value in line.items()
            if not passes(value, sli.comparator, sli.threshold)
        )
        for group, line in pointwise.lines(sli.expression, span, source).items()
    }


def uptime(window: Interval, down: Sequence[Interval], corrected: Sequence[Interval]) -> Count:
    """Count the seconds of a window; those that are corrected are up, so that the total stays what it is."""
    start, end = window
    return Count(start, end, float(length(without(within(down, window), corrected))), float(end - start))
