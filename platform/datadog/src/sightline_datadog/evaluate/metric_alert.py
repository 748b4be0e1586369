"""Metric alerts: `avg(last_5m):sum:errors{*} by {service} > 5`, also over cumulative windows, and change alerts.

Two ways to compute a formula over a window, as the vendor documents: with a counted query in it (`as_count`) each query
is added up first and the formula is computed on the sums; without, the formula is computed point by point and the
window's aggregator is applied to the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate import counted, pointwise, windows
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.formula import refuse_functions
from sightline_datadog.evaluate.functions import refuse_unknown
from sightline_datadog.evaluate.lines import on_window, resolved
from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.missing import missing, patience_s
from sightline_datadog.evaluate.pointwise import Span
from sightline_datadog.evaluate.states import Evaluation
from sightline_datadog.evaluate.thresholds import Thresholds, judge, read_thresholds
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.look import Group, Sources
    from sightline_datadog.evaluate.source import MetricSource

INTERVAL_S = 10
FULL_GAPS = 3
"""So many buckets of a full window may be empty. https://docs.datadoghq.com/monitors/types/metric/#data-window"""


@dataclass(frozen=True, slots=True)
class MetricWatch:
    """A metric alert, read once: what is computed, over what, and what it is compared with."""

    expression: tree.Expression
    window: windows.Window
    thresholds: Thresholds
    options: Mapping[str, Any]
    counts: bool
    grouped: bool

    def look(self, sources: Sources, now: int) -> Look:
        """Look at it, as `look_at_metric`."""
        return look_at_metric(self, now, sources.metrics)


def read_metric_alert(query: tree.MetricAlert, options: Mapping[str, Any]) -> MetricWatch:
    """Read a metric alert.

    Raises:
        NotEvaluatedError: it is not evaluated here; the message says why.
    """
    window = windows.read_window(query)
    refuse_unknown(query.expression)
    expression = resolved(query.expression)
    if window.shift_s:
        before = resolved(query.expression, window.shift_s)
        change = tree.Arithmetic("-", expression, before)
        expression = change
        if window.percent:
            expression = tree.Arithmetic("*", tree.Arithmetic("/", change, before), tree.Number(100.0))
    counts = any(each.has("as_count") for each in tree.queries(expression))
    if counts:
        if window.aggregator != "sum":
            raise NotEvaluatedError(f"`{window.aggregator}` over counted queries is not evaluated here; write `sum`")
        refuse_functions(expression)
    thresholds = read_thresholds(query.comparator, query.threshold, options)
    return MetricWatch(expression, window, thresholds, options, counts, pointwise.grouped(expression))


def look_at_metric(watch: MetricWatch, now: int, source: MetricSource) -> Look:
    """Look at a metric alert: one evaluation for each group that has a value.

    Raises:
        NotEvaluatedError: something in it is not computed.
    """
    start, end = windows.bounds(watch.window, watch.options, now)
    interval = pointwise.default_interval(watch.window.length_s)
    span = Span(start, end, interval, now)
    values = _values(watch, span, source)
    found = {group: judge(watch.thresholds, value) for group, value in values.items()}
    if watch.options.get("require_full_window") is True:
        found = _where_full(watch, span, source, found)
    reason = f"no points in the last {(end - start) // 60} minutes"
    gone = missing(watch.options, reason, _zero(watch))
    patience = patience_s(watch.options, 2 * watch.window.length_s)
    if patience is not None:
        waiting = Evaluation(None, f"{reason}: not long enough for no data", missing=True)
        recent = _values(watch, Span(end - patience, end, interval, now), source)
        if patience < end - start:
            found = {group: each if group in recent else gone for group, each in found.items()}
        else:
            found = {**dict.fromkeys(recent, waiting), **found}
    if watch.grouped:
        return Look(found, now, gone)
    return Look({(): found.get((), gone)}, now, gone)


def _values(watch: MetricWatch, span: Span, source: MetricSource) -> dict[Group, float]:
    if watch.counts:
        return counted.sums(watch.expression, span, source)
    lines = pointwise.lines(watch.expression, span, source)
    values = {group: on_window(watch.window.aggregator, line) for group, line in lines.items()}
    return {group: value for group, value in values.items() if value is not None}


def _zero(watch: MetricWatch) -> Any:
    # A count with `default_zero()` has a value wherever it has a group: the vendor keeps the last status of it.
    if not watch.counts or pointwise.fills(watch.expression):
        return None
    return lambda: judge(watch.thresholds, 0.0)


def _where_full(
    watch: MetricWatch, span: Span, source: MetricSource, found: Mapping[Group, Evaluation]
) -> dict[Group, Evaluation]:
    lines = pointwise.lines(watch.expression, Span(span.start, span.end, INTERVAL_S, span.known), source)
    width = watch.window.bucket_s
    buckets = -(-(span.end - span.start) // width)
    result = {}
    for group, evaluation in found.items():
        filled = {(moment - span.start) // width for moment in lines.get(group, {}) if moment < span.end}
        if min(filled, default=0) > 0 or buckets - len({each for each in filled if each >= 0}) > FULL_GAPS:
            result[group] = Evaluation(None, "the window is not full: the state is kept", evaluation.values)
        else:
            result[group] = evaluation
    return result
