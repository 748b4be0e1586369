"""Where the outcome of a monitor may change, for all looks at once.

Each outcome depends on comparisons; each comparison is an array of booleans over the looks. Where none of them differs
from the look before, neither does the outcome. A value so near a threshold that adding in another order could tip it
counts as a change: it is looked at.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.metric_alert import MetricWatch
from sightline_datadog.evaluate.missing import patience_s
from sightline_datadog.evaluate.pointwise import default_interval
from sightline_datadog.evaluate.replay_series import NotAtOnceError, Reader, on_sums
from sightline_datadog.evaluate.slo import TIMEFRAMES, MetricSlo
from sightline_datadog.evaluate.slo_alert import SloWatch
from sightline_datadog.evaluate.slos import read_slo
from sightline_datadog.evaluate.thresholds import RECOVERY, read_thresholds
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from sightline_datadog.evaluate.look import Sources
    from sightline_datadog.evaluate.monitor import Monitor
    from sightline_datadog.evaluate.thresholds import Thresholds

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Moments = NDArray[np.int64]

_COMPARE: dict[str, Callable[[Floats, float], Flags]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
_NEAR = 1e-9
_COUNTED_S = 60


def changes(monitor: Monitor, sources: Sources, moments: Sequence[int]) -> list[int] | None:
    """Return the positions of the looks whose outcome may not be that of the look before; None for every one."""
    if isinstance(monitor.watch, str):
        return []
    clock = np.asarray(moments, dtype=np.int64)
    try:
        if isinstance(monitor.watch, MetricWatch):
            marks = list(_of_metric(monitor.watch, sources, clock))
        elif isinstance(monitor.watch, SloWatch):
            marks = list(_of_slo(monitor.watch, sources, clock))
        else:
            return None
    except (NotAtOnceError, NotEvaluatedError):
        return None
    changed = np.zeros(len(clock), dtype=np.bool_)
    for mark in marks:
        changed[1:] |= mark[1:] != mark[:-1]
    return [int(each) for each in np.flatnonzero(changed)]


def _of_metric(watch: MetricWatch, sources: Sources, clock: Moments) -> Iterable[Flags]:
    window = watch.window
    if window.cumulative or watch.options.get("require_full_window") is True:
        raise NotAtOnceError
    delay = watch.options.get("evaluation_delay")
    ends = clock - (int(delay) if isinstance(delay, int | float) else 0)
    interval = default_interval(window.length_s)
    reader = Reader(watch.expression, sources.metrics, window.length_s, ends, interval)
    patience = patience_s(watch.options, 2 * window.length_s)
    if patience is not None:
        recent = Reader(watch.expression, sources.metrics, patience, ends, interval)
        yield from (np.isnan(each) for each in recent.values(counts=watch.counts, aggregator=window.aggregator))
    for values in reader.values(counts=watch.counts, aggregator=window.aggregator):
        yield from _marks(values, watch.thresholds)


def _marks(values: Floats, thresholds: Thresholds) -> Iterable[Flags]:
    yield np.isnan(values)
    compared = [(thresholds.comparator, thresholds.critical), (thresholds.comparator, thresholds.warning)]
    back = RECOVERY.get(thresholds.comparator)
    if back is not None:
        compared += [(back, thresholds.critical_recovery), (back, thresholds.warning_recovery)]
    for comparator, threshold in compared:
        if threshold is not None:
            yield _COMPARE[comparator](values, threshold)
            yield from _near(values, threshold)


def _near(values: Floats, threshold: float) -> Iterable[Flags]:
    near = np.abs(values - threshold) <= _NEAR * max(abs(threshold), 1e-3)
    if near.any():
        # Alternating marks make every look of a doubtful run one to look at.
        yield near
        yield near & (np.arange(len(values)) % 2 == 0)


def _of_slo(watch: SloWatch, sources: Sources, clock: Moments) -> Iterable[Flags]:
    body = sources.find_slo(watch.query.slo_id)
    slo = read_slo(body) if body is not None else None
    if slo is None or not isinstance(slo.sli, MetricSlo):
        raise NotAtOnceError
    target = slo.target(watch.query.over)
    if target is None or (sources.find_corrections is not None and sources.find_corrections(slo.id)):
        raise NotAtOnceError
    thresholds = read_thresholds(watch.query.comparator, watch.query.threshold, watch.options)
    burns = isinstance(watch.query, tree.BurnRate)
    widths = (
        (watch.query.long_window_s, watch.query.short_window_s)
        if isinstance(watch.query, tree.BurnRate)
        else (TIMEFRAMES[watch.query.over],)
    )
    part = slo.sli.bad if slo.sli.bad is not None else slo.sli.good
    if part is None:
        raise NotAtOnceError
    for width in widths:
        totals = _whole(slo.sli.total, sources, width, clock)
        parts = np.nan_to_num(_whole(part, sources, width, clock))
        bad = parts if slo.sli.bad is not None else np.maximum(totals - parts, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(totals > 0, np.clip(bad / totals, 0, 1), np.nan) / target.budget
        yield from _marks(ratio if burns else ratio * 100, thresholds)


def _whole(expression: tree.Expression, sources: Sources, width_s: int, clock: Moments) -> Floats:
    """What a formula of counts comes to over all groups, in the window before every look."""
    sums = {}
    for leaf in dict.fromkeys(tree.queries(expression)):
        reader = Reader(replace(leaf, by=()), sources.metrics, width_s, clock, _COUNTED_S)
        (sums[leaf],) = reader.values(counts=True, aggregator="sum")
    return on_sums(expression, sums)
