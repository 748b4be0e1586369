"""Over what a metric alert looks: rolling and cumulative windows, and changes between two of them.

https://docs.datadoghq.com/monitors/configuration/#evaluation-window
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.query.monitor import window_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.query.tree import MetricAlert

Cumulative = Literal["", "1h", "1d", "1mo"]
_HOUR, _DAY, _MONTH = 3600, 86400, 30 * 86400
_CUMULATIVE = re.compile(r"(avg|sum|min|max)\(current_(1h|1d|1mo)\)$")
_CHANGE = re.compile(r"(pct_)?change\((avg|sum|min|max)\(last_(\w+)\),(?:last_(\w+)|(\w+)_ago)\)$")


@dataclass(frozen=True, slots=True)
class Window:
    """`length_s` long, at most where it is cumulative; `bucket_s` cuts it to tell whether it is full.

    A change compares with what was `shift_s` before, as a percentage of that where `percent`.
    """

    aggregator: str
    length_s: int
    cumulative: Cumulative = ""
    shift_s: int = 0
    percent: bool = False

    @property
    def bucket_s(self) -> int:
        """https://docs.datadoghq.com/monitors/types/metric/#data-window ."""
        if self.length_s >= _MONTH:
            return 4 * _HOUR
        if self.length_s % _DAY == 0:
            return _HOUR
        return 600 if self.length_s % _HOUR == 0 else 60


def read_window(query: MetricAlert) -> Window:
    """Read the window of a metric alert.

    Raises:
        NotEvaluatedError: it is of a kind that is not evaluated here.
    """
    if not query.other:
        return Window(query.aggregator, query.window_s)
    found = _CUMULATIVE.match(query.other)
    if found:
        length: dict[str, int] = {"1h": _HOUR, "1d": _DAY, "1mo": 31 * _DAY}
        kind: Cumulative = "1h" if found[2] == "1h" else "1d" if found[2] == "1d" else "1mo"
        return Window(found[1], length[kind], kind)
    found = _CHANGE.match(query.other)
    if found:
        length_s, shift_s = window_seconds(found[3]), window_seconds(found[4] or found[5])
        if length_s and shift_s:
            return Window(found[2], length_s, shift_s=shift_s, percent=bool(found[1]))
    if query.written == "threshold":
        raise NotEvaluatedError("a threshold that is itself a query is not evaluated here")
    raise NotEvaluatedError(f"a window such as `{query.other}` is not evaluated here")


def bounds(window: Window, options: Mapping[str, Any], now: int) -> tuple[int, int]:
    """Return the window's start and end at `now`, moved back by the evaluation delay; the end is not in it."""
    delay = options.get("evaluation_delay")
    end = now - (int(delay) if isinstance(delay, int | float) else 0)
    if not window.cumulative:
        return end - window.length_s, end
    asked = ((options.get("scheduling_options") or {}).get("evaluation_window")) or {}
    return _beginning(window.cumulative, asked, end), end


def _beginning(kind: Cumulative, asked: Mapping[str, Any], end: int) -> int:
    try:
        zone = zoneinfo.ZoneInfo(str(asked.get("timezone") or "UTC"))
        hour, minute = (int(part) for part in str(asked.get("day_starts") or "00:00").split(":"))
        # The last second that is in the window: at its very end the next one has begun.
        last = dt.datetime.fromtimestamp(end - 1, zone)
        if kind == "1h":
            start = last.replace(minute=int(asked.get("hour_starts") or 0), second=0, microsecond=0)
            return int((start if start <= last else start - dt.timedelta(hours=1)).timestamp())
        start = last.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if kind == "1d":
            return int((start if start <= last else start - dt.timedelta(days=1)).timestamp())
        start = start.replace(day=int(asked.get("month_starts") or 1))
        if start > last:
            before = start.replace(day=1) - dt.timedelta(days=1)
            start = before.replace(day=start.day, hour=hour, minute=minute)
        return int(start.timestamp())
    except (ValueError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise NotEvaluatedError(f"the evaluation window cannot be read: {error}") from None
