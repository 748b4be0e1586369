"""How soon an alarm sees a fault, how soon it ends after it, and how much traffic it needs: closed forms.

A fault here is a step: nothing fails, then a share `e` of all events does. The long window has passed the threshold
`f x B` once it is filled to `f x B / e`; after the fault the short window falls below it once it has drained to that.
Scrapes and evaluations add up to a step each, which the tables leave out and the tests allow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sightline_slo.backtesting.alarm import Alarm

ERROR_RATIOS = (1.0, 0.5, 0.1, 0.05, 0.01, 0.002)


def detection_s(alarm: Alarm, error_ratio: float, per_hour: float | None = None) -> float | None:
    """Return after how many seconds of a fault the alarm fires; None for never.

    Args:
        alarm: what is looked at.
        error_ratio: the share of events that fail.
        per_hour: the traffic, which only a guard asks for; without it the guard is taken for satisfied.
    """
    if error_ratio <= alarm.ratio:
        return None
    # A window that lies wholly inside the fault has the fault's ratio: longer than that it never takes.
    least = alarm.long_s * alarm.ratio / error_ratio
    if per_hour is None:
        return least
    if not per_hour:
        return None
    window_h = alarm.long_s / 3600
    if per_hour * window_h < alarm.min_events or per_hour * window_h * error_ratio < alarm.min_failures:
        return None
    # min_events counts the good ones too: after a quiet hour of full traffic they are there from the start.
    return max(least, alarm.min_failures / (per_hour * error_ratio) * 3600)


def reset_s(alarm: Alarm, error_ratio: float) -> float | None:
    """Return how long after the end of a fault that filled both windows it still fires; None where it never did."""
    if error_ratio <= alarm.ratio:
        return None
    return alarm.short_s * (1 - alarm.ratio / error_ratio)


def first(alarms: Iterable[Alarm], error_ratio: float, per_hour: float | None = None) -> tuple[Alarm, float] | None:
    """Return which of some alarms sees a fault first, and after how many seconds."""
    found = [
        (seen, index, alarm)
        for index, alarm in enumerate(alarms)
        if (seen := detection_s(alarm, error_ratio, per_hour)) is not None
    ]
    if not found:
        return None
    seen, _, alarm = min(found)
    return alarm, seen


def one_failure_fires_below(alarm: Alarm) -> float | None:
    """Return the events an hour below which a single failure passes the threshold; None where none ever does."""
    events = 1 / alarm.ratio
    if alarm.min_failures > 1 or alarm.min_events >= events or events <= 1:
        return None
    return events / (alarm.long_s / 3600)


def budget_spent(alarm: Alarm, error_ratio: float, period_s: int) -> float | None:
    """Return the share of the period's budget that is gone when the alarm fires, traffic being even."""
    seen = detection_s(alarm, error_ratio)
    return None if seen is None else error_ratio * seen / (alarm.budget * period_s)
