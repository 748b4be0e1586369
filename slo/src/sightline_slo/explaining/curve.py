"""The curve that both charts draw: detection time by error ratio, both on logarithmic axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sightline_slo.explaining import maths
from sightline_slo.model import Severity

if TYPE_CHECKING:
    from sightline_slo.backtesting.alarm import Alarm
    from sightline_slo.explaining.explanation import Explanation

TIMES_S = (10, 60, 600, 3600, 6 * 3600, 24 * 3600, 72 * 3600)
"""Where the axis of time has its lines."""


def bounds(made: Explanation) -> tuple[float, float, float, float]:
    """Return the lowest ratio, the highest, the shortest time and the longest, as their logarithms."""
    lowest = min((each.ratio for each in made.alarms), default=0.001)
    longest = max((each.long_s for each in made.alarms), default=3600)
    shortest = min(
        (seen[1] for severity in Severity if (seen := maths.first(_of(made, severity), 1.0)) is not None), default=60.0
    )
    return math.log10(min(lowest, 0.99)), 0.0, math.log10(shortest), math.log10(longest)


def points(made: Explanation, severity: Severity, count: int) -> list[tuple[float, float]]:
    """Return (ratio, seconds) at `count` places of the axis, where the severity fires at all."""
    low, high, _, _ = bounds(made)
    found = []
    for index in range(count):
        ratio = 10 ** (low + (high - low) * (index + 0.5) / count)
        seen = maths.first(_of(made, severity), ratio, made.per_hour)
        if seen is not None:
            found.append((ratio, seen[1]))
    return found


def _of(made: Explanation, severity: Severity) -> list[Alarm]:
    return [each for each in made.alarms if each.severity is severity]
