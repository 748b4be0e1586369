"""How often the vendor looks at a monitor.

https://docs.datadoghq.com/monitors/configuration/#evaluation-frequency,
https://docs.datadoghq.com/monitors/guide/custom_schedules/
"""

from __future__ import annotations

import datetime as dt
import heapq
import zoneinfo
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.recurrence import occurrences
from sightline_datadog.evaluate.search_alert import last_of
from sightline_datadog.evaluate.windows import read_window
from sightline_datadog.query import alerts, read_monitor_query, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MINUTE_S = 60


def cadence_s(window_s: int) -> int:
    """Return how often the vendor looks at a monitor with this window, in seconds: 1, 10 or 30 minutes."""
    if window_s < 24 * 3600:
        return MINUTE_S
    return 600 if window_s < 48 * 3600 else 1800


def cadence_of(body: Mapping[str, Any]) -> int:
    """Return how often the vendor looks at a monitor without a schedule of its own, in seconds.

    A burn rate goes by its long window. What has no window, such as a composite, is looked at every minute.
    """
    query, _ = read_monitor_query(str(body.get("type")), str(body.get("query", "")))
    try:
        match query:
            case tree.MetricAlert():
                return cadence_s(read_window(query).length_s)
            case tree.BurnRate(long_window_s=window_s):
                return cadence_s(window_s)
            case alerts.SearchAlert() | alerts.FormulaAlert():
                return cadence_s(last_of(query.calls).length_s)
    except NotEvaluatedError:
        pass
    return MINUTE_S


def looks(body: Mapping[str, Any], start: int, end: int) -> Iterator[int]:
    """Return when a monitor is looked at from `start` up to but not including `end`: by its schedule or its cadence.

    Raises:
        NotEvaluatedError: its schedule cannot be read.
    """
    options = body.get("options") or {}
    schedule = (options.get("scheduling_options") or {}).get("custom_schedule") or {}
    rules = schedule.get("recurrences") or ()
    if not rules:
        step = cadence_of(body)
        yield from range(start + -start % step, end, step)
        return
    last = None
    for moment in heapq.merge(*(_scheduled(rule, start, end) for rule in rules)):
        if moment != last:
            yield moment
        last = moment


def _scheduled(rule: Mapping[str, Any], start: int, end: int) -> Iterator[int]:
    zone = str(rule.get("timezone") or "UTC")
    try:
        first = dt.datetime.fromisoformat(str(rule.get("start") or "1970-01-01T00:00:00"))
        begins = int(first.replace(tzinfo=zoneinfo.ZoneInfo(zone)).timestamp())
    except (ValueError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise NotEvaluatedError(f"the schedule cannot be read: {error}") from None
    return occurrences(str(rule.get("rrule") or ""), max(begins, 0), zone, start, end)
