"""Burn rate and error budget: the two alerts on an SLO.

ALERT exactly when the burn rate of *both* windows passes the threshold. The short window is what lets the alert end
soon after the cause does; the long one keeps a blip from paging.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.compare import passes, words
from sightline_datadog.evaluate.slo import TIMEFRAMES, Count, MetricSlo, Target, counts, status
from sightline_datadog.evaluate.states import Evaluation, State
from sightline_datadog.query.monitor import format_duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.source import MetricSource
    from sightline_datadog.query import tree


@dataclass(frozen=True, slots=True)
class Burn:
    """One window of a burn-rate alert. `rate` 1 uses the budget up exactly over the SLO's timeframe."""

    window_s: int
    count: Count
    rate: float | None

    def values(self) -> dict[str, Any]:
        """Return the arithmetic as plain values, for display."""
        return {
            "window": format_duration(self.window_s),
            "good": self.count.good,
            "bad": self.count.bad,
            "total": self.count.total,
            "error_ratio": self.count.error_ratio,
            "burn_rate": self.rate,
        }


def burn_rates(slo: MetricSlo, target: Target, windows: tuple[int, ...], now: int, source: MetricSource) -> list[Burn]:
    """Compute the burn rate of each window that ends at `now`."""
    measured = counts(slo, [(now - window, now) for window in windows], source)
    return [
        Burn(window, count, None if count.error_ratio is None else count.error_ratio / target.budget)
        for window, count in zip(windows, measured, strict=True)
    ]


def evaluate_burn_rate(
    query: tree.BurnRate, slo: MetricSlo, thresholds: Mapping[str, float], now: int, source: MetricSource
) -> Evaluation:
    """Look at a burn-rate monitor.

    Args:
        query: the monitor's query.
        slo: the SLO it names.
        thresholds: the monitor's `options.thresholds`; `critical` defaults to the query's number, `warning` may lack.
        now: the clock, in Unix seconds.
        source: the numbers.
    """
    target = slo.target(query.over)
    if target is None:
        return Evaluation(State.NOT_EVALUATED, f"the SLO has no timeframe {query.over}")
    long, short = burn_rates(slo, target, (query.long_window_s, query.short_window_s), now, source)
    values = {"long": long.values(), "short": short.values(), "threshold": query.threshold, "target": target.target}
    if long.rate is None:
        # No recording shows what the vendor does here; for a metric SLO it documents that missing data is ignored.
        return Evaluation(State.NO_DATA, f"no events in the last {format_duration(long.window_s)}", values)
    rates = (long.rate, short.rate or 0.0)
    critical = thresholds.get("critical", query.threshold)
    reason = _reason(long, short, query.comparator, critical)
    if all(passes(rate, query.comparator, critical) for rate in rates):
        return Evaluation(State.ALERT, reason, values)
    warning = thresholds.get("warning")
    if warning is not None and all(passes(rate, query.comparator, warning) for rate in rates):
        return Evaluation(State.WARN, reason, values)
    return Evaluation(State.OK, reason, values)


def _reason(long: Burn, short: Burn, comparator: tree.Comparator, critical: float) -> str:
    def said(burn: Burn) -> str:
        rate = 0.0 if burn.rate is None else burn.rate
        relation = words(comparator) if passes(rate, comparator, critical) else f"not {words(comparator)}"
        return f"{rate:.4g} over {format_duration(burn.window_s)} is {relation} {critical:g}"

    return f"burn rate {said(long)}; {said(short)}"


def evaluate_error_budget(
    query: tree.ErrorBudget, slo: MetricSlo, thresholds: Mapping[str, float], now: int, source: MetricSource
) -> Evaluation:
    """Look at an error-budget monitor: the percent of the budget that is used up over the timeframe."""
    target = slo.target(query.over)
    if target is None:
        return Evaluation(State.NOT_EVALUATED, f"the SLO has no timeframe {query.over}")
    (count,) = counts(slo, [(now - TIMEFRAMES[query.over], now)], source)
    found = status(target, count)
    values = {"good": count.good, "bad": count.bad, "total": count.total, "budget_remaining": found.budget_remaining}
    if found.budget_remaining is None:
        return Evaluation(State.NO_DATA, f"no events in the last {query.over}", values)
    used = 100 - found.budget_remaining
    critical = thresholds.get("critical", query.threshold)
    reason = f"{used:.4g} % of the error budget is used; the threshold is {critical:g}"
    if passes(used, query.comparator, critical):
        return Evaluation(State.ALERT, reason, values)
    warning = thresholds.get("warning")
    if warning is not None and passes(used, query.comparator, warning):
        return Evaluation(State.WARN, reason, values)
    return Evaluation(State.OK, reason, values)
