"""Burn rate and error budget: the two alerts on an SLO.

ALERT exactly when the burn rate of *both* windows passes the threshold. The short window is what lets the alert end
soon after the cause does; the long one keeps a blip from paging. No recording holds such a monitor: this is the
vendor's documentation. https://docs.datadoghq.com/service_level_objectives/burn_rate/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.compare import passes, words
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.slo import TIMEFRAMES, Count, Target, status
from sightline_datadog.evaluate.slos import measure, read_slo
from sightline_datadog.evaluate.states import Evaluation, State
from sightline_datadog.evaluate.thresholds import Thresholds, read_thresholds
from sightline_datadog.query import tree
from sightline_datadog.query.monitor import format_duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.look import Sources
    from sightline_datadog.evaluate.slos import Slo


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


@dataclass(frozen=True, slots=True)
class SloWatch:
    """A monitor on an SLO."""

    query: tree.BurnRate | tree.ErrorBudget
    options: Mapping[str, Any]

    def look(self, sources: Sources, now: int) -> Look:
        """Look at it: always at the SLO as a whole, whatever groups that has.

        Raises:
            NotEvaluatedError: the SLO is not there, or is not evaluated here.
        """
        body = sources.find_slo(self.query.slo_id)
        if body is None:
            raise NotEvaluatedError(f"the SLO {self.query.slo_id} is not there")
        slo = read_slo(body)
        target = slo.target(self.query.over)
        if target is None:
            raise NotEvaluatedError(f"the SLO has no timeframe {self.query.over}")
        thresholds = read_thresholds(self.query.comparator, self.query.threshold, self.options)
        if isinstance(self.query, tree.BurnRate):
            burns = burn_rates(slo, target, (self.query.long_window_s, self.query.short_window_s), now, sources)
            return Look({(): judge_burns(target, burns, thresholds)}, now)
        (count,) = measure([(slo, (now - TIMEFRAMES[self.query.over], now))], sources, now)
        return Look({(): judge_budget(target, count, thresholds)}, now)


def burn_rates(slo: Slo, target: Target, windows: Sequence[int], now: int, sources: Sources) -> list[Burn]:
    """Compute the burn rate of each window that ends at `now`.

    Raises:
        NotEvaluatedError: the SLO cannot be computed.
    """
    counted = measure([(slo, (now - window, now)) for window in windows], sources, now)
    return [burn_of(target, count) for count in counted]


def burn_of(target: Target, count: Count) -> Burn:
    """Compute the burn rate of what was counted in a window."""
    ratio = count.error_ratio
    return Burn(count.end - count.start, count, None if ratio is None else ratio / target.budget)


def judge_burns(target: Target, burns: Sequence[Burn], thresholds: Thresholds) -> Evaluation:
    """Judge a burn-rate monitor by its long and its short window."""
    long, short = burns
    critical, comparator = thresholds.critical, thresholds.comparator
    values = {"long": long.values(), "short": short.values(), "threshold": critical, "target": target.target}
    values["timeframe"] = target.timeframe
    if long.rate is None:
        # No recording shows what the vendor does here; for a metric SLO it documents that missing data is ignored.
        reason = f"no events in the last {format_duration(long.window_s)}"
        return Evaluation(State.NO_DATA, reason, values, missing=True)
    rates = (long.rate, short.rate or 0.0)
    reason = _reason(long, short, comparator, critical)
    if all(passes(rate, comparator, critical) for rate in rates):
        return Evaluation(State.ALERT, reason, values)
    warning = thresholds.warning
    if warning is not None and all(passes(rate, comparator, warning) for rate in rates):
        return Evaluation(State.WARN, reason, values)
    return Evaluation(State.OK, reason, values)


def _reason(long: Burn, short: Burn, comparator: tree.Comparator, critical: float) -> str:
    def said(burn: Burn) -> str:
        rate = 0.0 if burn.rate is None else burn.rate
        relation = words(comparator) if passes(rate, comparator, critical) else f"not {words(comparator)}"
        return f"{rate:.4g} over {format_duration(burn.window_s)} is {relation} {critical:g}"

    return f"burn rate {said(long)}; {said(short)}"


def judge_budget(target: Target, count: Count, thresholds: Thresholds) -> Evaluation:
    """Judge an error-budget monitor: by the percent of the budget that is used up over the timeframe."""
    found = status(target, count)
    values = {
        "good": count.good,
        "bad": count.bad,
        "total": count.total,
        "budget_remaining": found.budget_remaining,
        "threshold": thresholds.critical,
        "timeframe": target.timeframe,
    }
    if found.budget_remaining is None:
        return Evaluation(State.NO_DATA, f"no events in the last {target.timeframe}", values, missing=True)
    used = 100 - found.budget_remaining
    values["value"] = used
    reason = f"{used:.4g} % of the error budget is used; the threshold is {thresholds.critical:g}"
    if passes(used, thresholds.comparator, thresholds.critical):
        return Evaluation(State.ALERT, reason, values)
    if thresholds.warning is not None and passes(used, thresholds.comparator, thresholds.warning):
        return Evaluation(State.WARN, reason, values)
    return Evaluation(State.OK, reason, values)
