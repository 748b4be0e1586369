"""Reading bins: quantiles, and how many values pass a condition."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.query.tree import Condition


def quantile(bins: Sequence[tuple[float, float, float]], level: float) -> float | None:
    """Return a quantile of bins (low, high, count) sorted by their upper bound; linear within a bin.

    A bin without an upper bound answers with its lower one, as Prometheus does: nothing more is known.
    """
    total = math.fsum(count for _, _, count in bins)
    if total <= 0:
        return None
    rank = level * total
    seen = 0.0
    for low, high, count in bins:
        if seen + count >= rank:
            if math.isinf(high):
                return low
            if math.isinf(low):
                return high
            return low + (high - low) * max(rank - seen, 0.0) / count
        seen += count
    low, high, _ = bins[-1]
    return low if math.isinf(high) else high


def conditioned_sql(condition: Condition) -> str:
    """Return SQL for how many of a bin's values pass.

    Exact when the threshold is a bound: always for one of three digits where the values came one by one, and for the
    sender's own bounds where a histogram came. Elsewhere it is linear within the one bin that holds the threshold.
    """
    limit = f"CAST('{condition.threshold!r}' AS DOUBLE)"
    inside = (
        f"CASE WHEN isinf(high) OR isinf(low) THEN 0 ELSE n * ({limit} - low) / (high - low) END"
        # An unbounded bin tells nothing about where in it the values lie: they count as beyond the threshold.
    )
    if condition.comparator in {"==", "!="}:
        equal = f"CASE WHEN low = {limit} AND high = {limit} THEN n ELSE 0 END"
        return equal if condition.comparator == "==" else f"(n - {equal})"
    up_to = f"CASE WHEN high <= {limit} THEN n WHEN low >= {limit} THEN 0 ELSE {inside} END"
    below = (
        f"CASE WHEN high < {limit} OR (high = {limit} AND low < high) THEN n WHEN low >= {limit} THEN 0 "
        f"ELSE {inside} END"
    )
    return {"<=": up_to, "<": below, ">": f"(n - {up_to})", ">=": f"(n - {below})"}[condition.comparator]
