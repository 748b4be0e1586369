"""Any monitor: by its type to the function that looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.formula import NotEvaluatedError
from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.metric_alert import evaluate_metric_alert
from sightline_datadog.evaluate.slo import parse_slo
from sightline_datadog.evaluate.slo_alert import evaluate_burn_rate, evaluate_error_budget
from sightline_datadog.evaluate.states import Evaluation, State
from sightline_datadog.query import parse_monitor_query, tree
from sightline_datadog.query.monitor import PARSED_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.evaluate.look import Sources
    from sightline_datadog.evaluate.source import MetricSource


def look(body: Mapping[str, Any], sources: Sources, now: int) -> Look:
    """Look at a monitor of any type, group by group.

    Args:
        body: the monitor as the vendor's API gives it.
        sources: where the numbers come from.
        now: the clock, in Unix seconds.
    """
    return Look({(): evaluate_monitor(body, sources.find_slo, now, sources.metrics)}, now)


def evaluate_monitor(
    body: Mapping[str, Any],
    find_slo: Callable[[str], Mapping[str, Any] | None],
    now: int,
    source: MetricSource,
) -> Evaluation:
    """Look at a monitor.

    Args:
        body: the monitor as the vendor's API gives it.
        find_slo: an SLO's body by its id, None for one that is not there.
        now: the clock, in Unix seconds.
        source: the numbers.

    Returns:
        Its evaluation; NOT EVALUATED with the reason for what cannot be computed, never OK.
    """
    kind, text = str(body.get("type")), str(body.get("query", ""))
    query, problems = parse_monitor_query(kind, text)
    if problems:
        return Evaluation(State.NOT_EVALUATED, f"its query cannot be read: {problems[0].message}")
    if query is None:
        what = "formulas over `options.variables`" if kind in PARSED_TYPES else f"monitors of type `{kind}`"
        return Evaluation(State.NOT_EVALUATED, f"{what} are not evaluated here")
    options = body.get("options") or {}
    if isinstance(query, tree.MetricAlert):
        return evaluate_metric_alert(query, options, now, source)
    return _slo_alert(query, body.get("options") or {}, find_slo, now, source)


def _slo_alert(
    query: tree.BurnRate | tree.ErrorBudget,
    options: Mapping[str, Any],
    find_slo: Callable[[str], Mapping[str, Any] | None],
    now: int,
    source: MetricSource,
) -> Evaluation:
    slo_body = find_slo(query.slo_id)
    if slo_body is None:
        return Evaluation(State.NOT_EVALUATED, f"the SLO {query.slo_id} is not there")
    thresholds = {key: float(value) for key, value in (options.get("thresholds") or {}).items() if value is not None}
    try:
        slo = parse_slo(slo_body)
        if isinstance(query, tree.BurnRate):
            return evaluate_burn_rate(query, slo, thresholds, now, source)
        return evaluate_error_budget(query, slo, thresholds, now, source)
    except NotEvaluatedError as error:
        return Evaluation(State.NOT_EVALUATED, str(error))


def slo_id_of(body: Mapping[str, Any]) -> str | None:
    """Return the id of the SLO that a monitor watches, if it watches one."""
    query, _ = parse_monitor_query(str(body.get("type")), str(body.get("query", "")))
    return query.slo_id if isinstance(query, tree.BurnRate | tree.ErrorBudget) else None


def cadence_s(window_s: int) -> int:
    """Return how often the vendor looks at a monitor with this window, in seconds: 1, 10 or 30 minutes."""
    if window_s < 24 * 3600:
        return 60
    return 600 if window_s < 48 * 3600 else 1800
