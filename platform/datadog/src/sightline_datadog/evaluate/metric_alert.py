"""Metric alerts: `avg(last_5m):sum:errors{*} by {service} > 5`.

Two ways to compute a formula over a window, as the vendor documents: with a counted query in it (`as_count`) each query
is added up first and the formula is computed on the sums; without, the formula is computed point by point and the
window's aggregator is applied to the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.evaluate.compare import passes, words
from sightline_datadog.evaluate.formula import NotEvaluatedError, on_sums, refuse_functions
from sightline_datadog.evaluate.source import SumRequest
from sightline_datadog.evaluate.states import Evaluation, State
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.source import MetricSource

INTERVAL_S = 10


def evaluate_metric_alert(
    query: tree.MetricAlert, options: Mapping[str, object], now: int, source: MetricSource
) -> Evaluation:
    """Look at a metric monitor without groups.

    Args:
        query: the monitor's query.
        options: the monitor's options; `thresholds`, `on_missing_data`, `notify_no_data`, `evaluation_delay` count.
        now: the clock, in Unix seconds.
        source: the numbers.
    """
    if query.other:
        return Evaluation(State.NOT_EVALUATED, f"a window such as `{query.other}` is not evaluated here")
    delay = options.get("evaluation_delay")
    end = now - (int(delay) if isinstance(delay, int | float) else 0)
    parts = tree.queries(query.expression)
    if any(each.by for each in parts):
        return Evaluation(State.NOT_EVALUATED, "monitors with groups are not evaluated here")
    counted = any(each.has("as_count") for each in parts)
    try:
        refuse_functions(query.expression)
        value = _counted(query, end, source) if counted else _pointwise(query, end, source)
    except NotEvaluatedError as error:
        return Evaluation(State.NOT_EVALUATED, str(error))
    if value is None:
        return _missing(query, options, counted=counted)
    return _judge(query, options, value)


def _judge(query: tree.MetricAlert, options: Mapping[str, object], value: float) -> Evaluation:
    thresholds = options.get("thresholds")
    limits = thresholds if isinstance(thresholds, dict) else {}
    given = limits.get("critical")
    critical = query.threshold if given is None else float(given)
    values = {"value": value, "threshold": critical}
    reason = f"{value:.6g} is compared with {words(query.comparator)} {critical:g}"
    if passes(value, query.comparator, critical):
        return Evaluation(State.ALERT, reason, values)
    warning = limits.get("warning")
    if warning is not None and passes(value, query.comparator, float(warning)):
        return Evaluation(State.WARN, reason, values)
    return Evaluation(State.OK, reason, values)


def _counted(query: tree.MetricAlert, end: int, source: MetricSource) -> float | None:
    if query.aggregator != "sum":
        raise NotEvaluatedError(f"`{query.aggregator}` over counted queries is not evaluated here; write `sum`")
    parts = list(dict.fromkeys(tree.queries(query.expression)))
    sums = source.sums([SumRequest(each, end - query.window_s, end) for each in parts])
    return on_sums(query.expression, dict(zip(parts, sums, strict=True)))


def _pointwise(query: tree.MetricAlert, end: int, source: MetricSource) -> float | None:
    parts = list(dict.fromkeys(tree.queries(query.expression)))
    found: dict[tree.MetricQuery, dict[int, float]] = {}
    for each in parts:
        series = source.series(each, end - query.window_s, end, INTERVAL_S)
        found[each] = dict(series[0].points) if series else {}
    moments = sorted({moment for points in found.values() for moment in points})
    values = []
    for moment in moments:
        here: dict[tree.MetricQuery, float | None] = {each: found[each].get(moment) for each in parts}
        if any(value is None for value in here.values()):
            continue
        value = on_sums(query.expression, here)
        if value is not None:
            values.append(value)
    if not values:
        return None
    total = sum(values)
    return {"sum": total, "avg": total / len(values), "min": min(values), "max": max(values)}[query.aggregator]


def _missing(query: tree.MetricAlert, options: Mapping[str, object], *, counted: bool) -> Evaluation:
    reason = f"no points in the last {query.window_s // 60} minutes"
    wanted = options.get("on_missing_data") or "default"
    if wanted == "resolve":
        return Evaluation(State.OK, f"{reason}: resolved, as `on_missing_data` asks")
    if wanted in {"show_no_data", "show_and_notify_no_data"} or options.get("notify_no_data"):
        return Evaluation(State.NO_DATA, reason)
    if counted:
        # "default" evaluates a count without points as zero, and a monitor on `< 5` alerts then.
        return _judge(query, options, 0.0)
    return Evaluation(None, f"{reason}: the last state is kept")
