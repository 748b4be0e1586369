"""What a query of the newer form measures of an SLO: `slo_status`, `burn_rate` and the others, per bucket or in all.

Of a bucket a measure tells what happened in it, with three exceptions, which the specification names and does not
explain; no recording holds them. `slo_status_history` and `error_budget_remaining_history` tell at the end of each
bucket how the SLO stood over its own timeframe. `error_budget_burndown` tells what is left there of the budget of the
whole window that is asked for: it begins at 100 and never rises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.slo import TIMEFRAMES, Count
from sightline_datadog.evaluate.slos import measure, measure_groups, read_slo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sightline_datadog.evaluate.look import Group, Sources
    from sightline_datadog.evaluate.slos import Slo

Window = tuple[int, int]
_Counts = list[dict["Group", Count]]

BURNDOWN = "error_budget_burndown"


def values(query: Mapping[str, Any], window: Window, now: int, sources: Sources) -> dict[Group, float]:
    """Measure one window; of a measure that goes along the window what it comes to at its end.

    Raises:
        NotEvaluatedError: it is not computed here.
    """
    return {group: line[window[0]] for group, line in lines(query, [window], now, sources).items()}


def lines(
    query: Mapping[str, Any], buckets: Sequence[Window], now: int, sources: Sources
) -> dict[Group, dict[int, float]]:
    """Measure each bucket; the key is its begin.

    Raises:
        NotEvaluatedError: it is not computed here.
    """
    body = sources.find_slo(str(query.get("slo_id")))
    if body is None:
        return {}
    slo, name = read_slo(body), str(query.get("measure"))
    measured = _MEASURES.get(name.removesuffix("_history") if name in _HISTORIES else name)
    if measured is None:
        raise NotEvaluatedError(f"the measure `{name[:50]}` is not computed here")
    length = TIMEFRAMES[slo.targets[0].timeframe]
    windows = [(end - length, end) for _, end in buckets] if name in _HISTORIES else buckets
    counts = _counts(slo, windows, now, sources, grouped=query.get("group_mode") == "components")
    if name == BURNDOWN:
        counts = _along(counts)
    found: dict[Group, dict[int, float]] = {}
    for (start, _), groups in zip(buckets, counts, strict=True):
        for group, count in groups.items():
            value = measured(count, slo.targets[0].budget)
            if value is not None:
                found.setdefault(group, {})[start] = value
    return found


def _counts(slo: Slo, windows: Sequence[Window], now: int, sources: Sources, *, grouped: bool) -> _Counts:
    if grouped:
        groups = [measure_groups(slo, each, sources, now) for each in windows]
        if any(groups):
            return groups
    return [{(): each} for each in measure([(slo, each) for each in windows], sources, now)]


def _along(counts: _Counts) -> _Counts:
    """Return for each bucket what was bad up to its end, of all that there was in the whole window."""
    totals: dict[Group, float] = {}
    for groups in counts:
        for group, count in groups.items():
            if count.total is not None:
                totals[group] = totals.get(group, 0.0) + count.total
    bad = dict.fromkeys(totals, 0.0)
    found: _Counts = []
    for groups in counts:
        for group in bad.keys() & groups.keys():
            bad[group] += groups[group].bad or 0.0
        found.append({group: Count(0, 0, so_far, totals[group]) for group, so_far in bad.items()})
    return found


def _uptime(count: Count, _budget: float) -> float | None:
    return None if count.error_ratio is None else 100 * (1 - count.error_ratio)


def _left(count: Count, budget: float) -> float | None:
    return None if count.error_ratio is None else 100 * (1 - count.error_ratio / budget)


def _burn(count: Count, budget: float) -> float | None:
    return None if count.error_ratio is None else count.error_ratio / budget


_MEASURES: dict[str, Callable[[Count, float], float | None]] = {
    "good_events": lambda count, _: count.good,
    "bad_events": lambda count, _: count.bad,
    "good_minutes": lambda count, _: None if count.good is None else count.good / 60,
    "bad_minutes": lambda count, _: None if count.bad is None else count.bad / 60,
    "slo_status": _uptime,
    "error_budget_remaining": _left,
    BURNDOWN: _left,
    "burn_rate": _burn,
}
_HISTORIES = frozenset({"slo_status_history", "error_budget_remaining_history"})
PERCENTAGES = frozenset({"slo_status", "error_budget_remaining", BURNDOWN, *_HISTORIES})
"""The measures in percent."""
