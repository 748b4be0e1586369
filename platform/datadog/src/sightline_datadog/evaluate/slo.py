"""Service level objectives: targets, counts and how they stand; and metric SLOs, which count events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sightline_datadog.evaluate.errors import NotEvaluatedError, number_of
from sightline_datadog.evaluate.formula import on_sums
from sightline_datadog.evaluate.source import SumRequest
from sightline_datadog.query import parse_metric_query, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_datadog.evaluate.source import MetricSource

TIMEFRAMES = {"7d": 7 * 86400, "30d": 30 * 86400, "90d": 90 * 86400}
SloState = Literal["ok", "warning", "breached", "no_data"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at over one timeframe, in percent of good events."""

    timeframe: str
    target: float
    warning: float | None = None

    @property
    def budget(self) -> float:
        """The share of events that may be bad, 0.001 for 99.9 %."""
        # 1 - 99.9/100 is 0.0010000000000000009; the target has three decimals at most, so this is exact enough.
        return round(1 - self.target / 100, 12)


@dataclass(frozen=True, slots=True)
class MetricSlo:
    """A metric SLO: good and total, or bad and total; one of `good` and `bad` is None."""

    good: tree.Expression | None
    bad: tree.Expression | None
    total: tree.Expression
    targets: tuple[Target, ...]

    @property
    def queries(self) -> tuple[tree.MetricQuery, ...]:
        """Every query it is made of, each once."""
        parts = [each for each in (self.good, self.bad, self.total) if each is not None]
        return tuple(dict.fromkeys(query for part in parts for query in tree.queries(part)))

    def target(self, timeframe: str) -> Target | None:
        """Return what is aimed at over `timeframe`, if anything."""
        return next((each for each in self.targets if each.timeframe == timeframe), None)


@dataclass(frozen=True, slots=True)
class Count:
    """What happened in a window. `total` None means that nothing was measured."""

    start: int
    end: int
    bad: float | None
    total: float | None

    @property
    def good(self) -> float | None:
        """Events that were good."""
        return None if self.total is None or self.bad is None else self.total - self.bad

    @property
    def error_ratio(self) -> float | None:
        """The share of bad events; None without events (the vendor's ZERO_VALUED_DENOMINATOR)."""
        if not self.total or self.bad is None:
            return None
        # Late bad events of an earlier window can outnumber the total for a moment.
        return min(max(self.bad / self.total, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Status:
    """How an SLO stands over one timeframe; percentages, `sli` and `budget_remaining` None without events."""

    target: Target
    count: Count
    sli: float | None
    budget_remaining: float | None
    state: SloState


def parse_slo(body: Mapping[str, Any]) -> MetricSlo:
    """Read a metric SLO's body.

    Raises:
        NotEvaluatedError: it is of another type, or its queries cannot be read; the message says which.
    """
    if body.get("type") != "metric":
        raise NotEvaluatedError(f"SLOs of type `{body.get('type')}` do not count events")
    targets = read_targets(body)
    specification = (body.get("sli_specification") or {}).get("count")
    if specification:
        texts = {each["name"]: str(each["query"]) for each in specification["queries"]}

        def formula(key: str) -> tree.Expression | None:
            value = specification.get(key)
            return inlined_formula(str(value["formula"]), texts) if value else None

        good, bad, total = (formula(f"{each}_events_formula") for each in ("good", "bad", "total"))
        if total is None and good is not None and bad is not None:
            total = tree.Arithmetic("+", good, bad)
    else:
        query = body.get("query") or {}
        good, bad = _parse(str(query.get("numerator", ""))), None
        total = _parse(str(query.get("denominator", "")))
    if total is None or (good is None and bad is None):
        raise NotEvaluatedError("it names no good or bad events, or no total")
    return MetricSlo(None if bad is not None else good, bad, total, targets)


def read_targets(body: Mapping[str, Any]) -> tuple[Target, ...]:
    """Return what an SLO aims at, over the timeframes that are evaluated.

    Raises:
        NotEvaluatedError: a target is no number.
    """
    return tuple(
        Target(str(each["timeframe"]), number_of(each["target"], "its target"), each.get("warning"))
        for each in body.get("thresholds") or []
        if each.get("timeframe") in TIMEFRAMES
    )


def inlined_formula(formula: str, texts: Mapping[str, str]) -> tree.Expression:
    """Read a formula over named queries as one expression.

    Raises:
        NotEvaluatedError: it cannot be read.
    """
    return _parse(re.sub(r"[A-Za-z_]\w*", lambda name: f"({texts[name[0]]})" if name[0] in texts else name[0], formula))


def _parse(text: str) -> tree.Expression:
    expression, problems = parse_metric_query(text)
    if expression is None:
        raise NotEvaluatedError(f"its query cannot be read: {problems[0].message}: {text}")
    return expression


def counts(slo: MetricSlo, windows: Sequence[tuple[int, int]], source: MetricSource) -> list[Count]:
    """Count the events of each window (start, end) in one request to the source."""
    return counts_of([(slo, window) for window in windows], source)


def counts_of(wanted: Sequence[tuple[MetricSlo, tuple[int, int]]], source: MetricSource) -> list[Count]:
    """Count the events of many SLOs over many windows in one request to the source.

    Raises:
        NotEvaluatedError: a formula holds what is not computed on sums.
    """
    requests = list(dict.fromkeys(SumRequest(query, *window) for slo, window in wanted for query in slo.queries))
    answers = dict(zip(requests, source.sums(requests), strict=True))
    result = []
    for slo, (start, end) in wanted:
        sums = {query: answers[SumRequest(query, start, end)] for query in slo.queries}
        total = on_sums(slo.total, sums)
        bad: float | None = None
        if total is not None:
            if slo.bad is not None:
                bad = on_sums(slo.bad, sums) or 0.0
            elif slo.good is not None:
                bad = max(total - (on_sums(slo.good, sums) or 0.0), 0.0)
        result.append(Count(start, end, bad, total))
    return result


def status(target: Target, count: Count) -> Status:
    """Judge a timeframe's count: budget remaining % = 100 · (sli - target) / (100 - target)."""
    ratio = count.error_ratio
    if ratio is None:
        return Status(target, count, None, None, "no_data")
    sli = 100 * (1 - ratio)
    remaining = 100 * (1 - ratio / target.budget)
    # Compared as ratios: percentages lose the last digits, and exactly on target is met.
    if ratio > target.budget + 1e-12:
        state: SloState = "breached"
    else:
        state = "warning" if target.warning is not None and sli < target.warning else "ok"
    return Status(target, count, sli, remaining, state)


def statuses(slo: MetricSlo, now: int, source: MetricSource) -> list[Status]:
    """Judge every timeframe of an SLO at `now`."""
    windows = [(now - TIMEFRAMES[each.timeframe], now) for each in slo.targets]
    return [status(target, count) for target, count in zip(slo.targets, counts(slo, windows, source), strict=True)]
