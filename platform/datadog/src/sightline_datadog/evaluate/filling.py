"""Gaps: where the points of a window may lie, and what stands in those that are missing.

Gauges are bridged by a straight line over up to five minutes where another series has a point; counts and rates never.
`.fill(method, seconds)` says it otherwise. https://docs.datadoghq.com/dashboards/functions/interpolation/
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sightline_datadog.evaluate.errors import NotEvaluatedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sightline_datadog.evaluate.lines import Line
    from sightline_datadog.query import tree

DEFAULT_LIMIT_S = 300
_METHODS = ("zero", "last", "null", "linear")


@dataclass(frozen=True, slots=True)
class Fill:
    """How the gaps of a query are filled; `limit_s` is as far as that reaches."""

    method: str
    limit_s: int = DEFAULT_LIMIT_S


def fill_of(query: tree.MetricQuery) -> Fill | None:
    """Return what `.fill(…)` behind a query says, None without one.

    Raises:
        NotEvaluatedError: it names a method that is not known.
    """
    for call in query.calls:
        if call.name != "fill":
            continue
        words = [each.strip("\"' ") for each in call.arguments]
        method = next((each for each in words if not each.isdigit()), "linear")
        limit = next((int(each) for each in words if each.isdigit()), DEFAULT_LIMIT_S)
        if method not in _METHODS:
            raise NotEvaluatedError(f"`.fill({method})` is not computed here")
        return Fill(method, limit)
    return None


def filled(line: Line, moments: Sequence[int], fill: Fill) -> Line:
    """Return a line with a point at each of the moments that the fill reaches; it needs the points before them."""
    if fill.method == "null" or not line:
        return line
    known = sorted(line)
    result = dict(line)
    for moment in moments:
        if moment in line:
            continue
        after = bisect_left(known, moment)
        if after == 0:
            continue
        before = known[after - 1]
        if fill.method == "linear":
            if after < len(known) and known[after] - before <= fill.limit_s:
                share = (moment - before) / (known[after] - before)
                result[moment] = line[before] + share * (line[known[after]] - line[before])
        elif moment - before <= fill.limit_s:
            result[moment] = 0.0 if fill.method == "zero" else line[before]
    return result


def grid(lines: Iterable[tuple[Line, int]], start: int, end: int, interval: int) -> list[int]:
    """Return the seconds from `start` up to `end` at which there may be points.

    As far apart as the coarsest spacing that all points share: a metric that reports every five minutes has no gaps in
    between. Without points it is the interval.

    Args:
        lines: the points, and how far apart the source says that they are, 0 where it does not.
        start: Unix seconds.
        end: Unix seconds, not in it.
        interval: what the points were asked at, in seconds.
    """
    step, anchor = 0, None
    for line, spacing in lines:
        step = math.gcd(step, spacing)
        moments = sorted(line)
        for one, other in pairwise(moments):
            step = math.gcd(step, other - one)
        if moments:
            step = step if anchor is None else math.gcd(step, moments[0] - anchor)
            anchor = moments[0]
    step = max(step, interval) if step else interval
    anchor = anchor or 0
    first = start + (anchor - start) % step
    return list(range(first, end, step))


def between(line: Line, start: int, end: int) -> Line:
    """Return the points from `start` up to but not including `end`."""
    if not line:
        return line
    moments = sorted(line)
    if moments[0] >= start and moments[-1] < end:
        return line
    return {each: line[each] for each in moments[bisect_left(moments, start) : bisect_right(moments, end - 1)]}
