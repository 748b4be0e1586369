"""Monitors over logs and other events: `logs("status:error").index("*").rollup("count").by("service").last("5m") > 5`.

https://docs.datadoghq.com/monitors/types/log/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.missing import missing
from sightline_datadog.evaluate.thresholds import Thresholds, judge, read_thresholds
from sightline_datadog.evaluate.windows import Window, bounds
from sightline_datadog.query.monitor import parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Group, Sources
    from sightline_datadog.evaluate.states import Evaluation
    from sightline_datadog.query.alerts import SearchAlert
    from sightline_datadog.query.tree import Call

_METHODS = frozenset(
    {"count", "cardinality", "avg", "sum", "min", "max", "median", "pc75", "pc90", "pc95", "pc98", "pc99"}
)
_REFUSED = ("anomaly", "change", "forecast", "new", "impact", "current", "over", "exclude", "source")


@dataclass(frozen=True, slots=True)
class SearchWatch:
    """A monitor over events, read once."""

    query: SearchAlert
    window: Window
    thresholds: Thresholds
    by: tuple[str, ...]
    method: str
    measure: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def look(self, sources: Sources, now: int) -> Look:
        """Look at the events of the window, group by group.

        Raises:
            NotEvaluatedError: the events are not known here, or cannot be measured so.
        """
        if sources.events is None:
            raise NotEvaluatedError(f"the events of `{self.query.source}` are not known here")
        window = bounds(self.window, self.options, now)
        values = sources.events.measure(self.query, self.by, window, self.method, self.measure)
        return judged(self.thresholds, values, self.options, now, by=self.by, counts=self.method == "count")


def judged(
    thresholds: Thresholds,
    values: Mapping[Group, float],
    options: Mapping[str, Any],
    now: int,
    *,
    by: Sequence[str],
    counts: bool,
) -> Look:
    """Compare the measure of each group; without events a count is zero, unless the options say otherwise."""
    groups = {group: judge(thresholds, value) for group, value in values.items()}
    reason = "no events in the window"
    zero = (lambda: judge(thresholds, 0.0)) if counts else None
    gone = missing(options, reason, zero)
    if not by:
        return Look({(): groups.get((), gone)}, now, gone)
    absent: Evaluation | None = gone
    if groups and thresholds.comparator in {"<", "<="} and counts and not gone.reason.startswith(reason):
        # "If and only if there are logs for a given group, and the count is below", or none for all of the groups.
        absent = missing(options, reason, None)
    return Look(groups, now, absent)


def read_search_alert(query: SearchAlert, options: Mapping[str, Any]) -> SearchWatch:
    """Read a monitor over events.

    Raises:
        NotEvaluatedError: it is not evaluated here.
    """
    refuse(query.calls)
    method, measure = rollup_of(query.calls)
    thresholds = read_thresholds(query.comparator, query.threshold, options)
    by = tuple(part for text in _texts(query.calls, "by") for part in text.split(",") if part)
    return SearchWatch(query, last_of(query.calls), thresholds, by, method, measure, options)


def refuse(calls: Sequence[Call]) -> None:
    """Refuse what is not evaluated from events.

    Raises:
        NotEvaluatedError: one of the calls is such.
    """
    for call in calls:
        if call.name in _REFUSED:
            raise NotEvaluatedError(f"`.{call.name}(…)` is not evaluated here")


def rollup_of(calls: Sequence[Call]) -> tuple[str, str]:
    """Return how events are measured, and which facet."""
    method, *measure = _texts(calls, "rollup") or ["count"]
    if method not in _METHODS:
        raise NotEvaluatedError(f"`.rollup({method})` of events is not evaluated here")
    return method, measure[0] if measure else ""


def last_of(calls: Sequence[Call]) -> Window:
    """Return the window that `.last(…)` names."""
    (text,) = _texts(calls, "last") or [""]
    seconds = parse_duration(text)
    if not seconds:
        raise NotEvaluatedError(f"the window `{text}` is not evaluated here")
    return Window("sum", seconds)


def _texts(calls: Sequence[Call], name: str) -> list[str]:
    return [argument.strip("\"' ") for call in calls if call.name == name for argument in call.arguments]
