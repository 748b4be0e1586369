"""Any monitor: by its type to what looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from sightline_datadog.evaluate.cadence import cadence_s
from sightline_datadog.evaluate.composite import SEVERITY, CompositeWatch
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.formula_alert import read_formula_alert
from sightline_datadog.evaluate.look import Look, Sources
from sightline_datadog.evaluate.metric_alert import read_metric_alert
from sightline_datadog.evaluate.search_alert import read_search_alert
from sightline_datadog.evaluate.service_check import CheckWatch
from sightline_datadog.evaluate.slo_alert import SloWatch
from sightline_datadog.evaluate.states import Evaluation, State
from sightline_datadog.query import alerts, parse_monitor_query, read_monitor_query, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.evaluate.source import MetricSource

__all__ = ["Monitor", "cadence_s", "evaluate_monitor", "look", "prepare", "slo_id_of"]


class Watch(Protocol):
    """What looks at one monitor."""

    def look(self, sources: Sources, now: int) -> Look:
        """Look at it; raises NotEvaluatedError for what cannot be computed."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor, read once. `watch` is a text where it cannot be evaluated: why."""

    watch: Watch | str
    simple: bool = False

    def look(self, sources: Sources, now: int) -> Look:
        """Look at it: NOT EVALUATED with the reason for what cannot be computed, never OK."""
        if isinstance(self.watch, str):
            return _refused(self.watch, now)
        try:
            found = self.watch.look(sources, now)
        except NotEvaluatedError as error:
            return _refused(str(error), now)
        return _folded(found) if self.simple else found


def prepare(body: Mapping[str, Any]) -> Monitor:
    """Read a monitor, as the vendor's API gives it, to look at it often."""
    options = body.get("options") or {}
    try:
        watch: Watch | str = _watch(str(body.get("type")), str(body.get("query", "")), options)
    except NotEvaluatedError as error:
        watch = str(error)
    return Monitor(watch, options.get("groupby_simple_monitor") is True)


def look(body: Mapping[str, Any], sources: Sources, now: int) -> Look:
    """Look at a monitor of any type, group by group.

    Args:
        body: the monitor as the vendor's API gives it.
        sources: where the numbers come from.
        now: the clock, in Unix seconds.
    """
    return prepare(body).look(sources, now)


def evaluate_monitor(
    body: Mapping[str, Any],
    find_slo: Callable[[str], Mapping[str, Any] | None],
    now: int,
    source: MetricSource,
) -> Evaluation:
    """Look at a monitor without groups, from metrics and SLOs alone; NOT EVALUATED with the reason for any other."""
    found = look(body, Sources(source, find_slo), now)
    if () in found.groups:
        return found.groups[()]
    return Evaluation(State.NOT_EVALUATED, "monitors with groups are not evaluated here")


@lru_cache(maxsize=4096)
def _read(kind: str, text: str) -> alerts.AnyMonitorQuery | str:
    query, problems = read_monitor_query(kind, text)
    return query if query is not None else f"its query cannot be read: {problems[0].message}"


def _watch(kind: str, text: str, options: Mapping[str, Any]) -> Watch:
    query = _read(kind, text)
    match query:
        case tree.MetricAlert():
            return read_metric_alert(query, options)
        case tree.BurnRate() | tree.ErrorBudget():
            return SloWatch(query, options)
        case alerts.Composite():
            return CompositeWatch(query, options)
        case alerts.ServiceCheck():
            return CheckWatch(query, options)
        case alerts.SearchAlert():
            return read_search_alert(query, options)
        case alerts.FormulaAlert():
            return read_formula_alert(query, options)
        case str():
            raise NotEvaluatedError(query)
        case _:
            raise NotEvaluatedError(f"monitors of type `{kind}` are not evaluated here")


def _refused(reason: str, now: int) -> Look:
    return Look({(): Evaluation(State.NOT_EVALUATED, reason)}, now)


def _folded(found: Look) -> Look:
    """One evaluation of all groups: the worst, as a simple alert over a grouped query tells."""
    groups = list(found.groups.values()) or ([found.absent] if found.absent else [])
    if not groups:
        return found
    worst = max(groups, key=lambda each: SEVERITY.get(each.state, 0))
    return Look({(): worst}, found.at, found.absent)


def slo_id_of(body: Mapping[str, Any]) -> str | None:
    """Return the id of the SLO that a monitor watches, if it watches one."""
    query, _ = parse_monitor_query(str(body.get("type")), str(body.get("query", "")))
    return query.slo_id if isinstance(query, tree.BurnRate | tree.ErrorBudget) else None
