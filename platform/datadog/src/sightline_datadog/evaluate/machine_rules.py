"""What a monitor's options say of time: when missing data is NO DATA, who hears of it, when it is said again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.cadence import cadence_of
from sightline_datadog.evaluate.states import State
from sightline_datadog.query import alerts, read_monitor_query, tree
from sightline_datadog.query.monitor import window_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP_RETENTION_S = 24 * 3600
"""https://docs.datadoghq.com/monitors/configuration/#group-retention-time: 24 hours unless set."""
RENOTIFY_ENDS_S = 30 * 3600
"""https://docs.datadoghq.com/monitors/notify/#renotify: without a limit it ends 30 hours after the first alert."""

_STATUSES = {"alert": State.ALERT, "no data": State.NO_DATA, "warn": State.WARN}
_RETENTION = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Rules:
    """A monitor's options as far as time has a part in them. Durations in seconds, None for never.

    Args:
        cadence_s: how often it is looked at.
        notify_no_data: whether people hear of NO DATA.
        no_data_after_s: how long data must be missing at the looks before the monitor goes to NO DATA; 0 is at once.
        new_group_delay_s: for how long a group that is new is not looked at.
        resolve_after_s: after how long without data a triggered group goes back to OK.
        retention_s: after how long without data a group is forgotten.
        renotify_s: how often people are told again.
        renotify_times: how many times at most; None is as often as fits into 30 hours.
        renotify_states: in which states.
        notify_by: the tags by which people are told, None for each group, `("*",)` for all groups together.
    """

    cadence_s: int = 60
    notify_no_data: bool = False
    no_data_after_s: int = 0
    new_group_delay_s: int = 0
    resolve_after_s: int | None = None
    retention_s: int = GROUP_RETENTION_S
    renotify_s: int | None = None
    renotify_times: int | None = None
    renotify_states: frozenset[State] = frozenset({State.ALERT, State.NO_DATA})
    notify_by: tuple[str, ...] | None = None

    def tells(self, state: State) -> bool:
        """Whether people hear of a group that comes into a bad state."""
        return state in {State.ALERT, State.WARN} or (state is State.NO_DATA and self.notify_no_data)


def rules_of(body: Mapping[str, Any]) -> Rules:
    """Read a monitor's body; what is not there or of no use stays at the vendor's default."""
    options = body.get("options") or {}
    query, _ = read_monitor_query(str(body.get("type")), str(body.get("query", "")))
    window_s = window_of(query)
    mode = options.get("on_missing_data")
    after = 0
    notify = mode == "show_and_notify_no_data"
    if mode is None and options.get("notify_no_data"):
        notify, after = True, _no_data_after(query, window_s, options)
    every = _seconds(options, "renotify_interval", 60)
    statuses = options.get("renotify_statuses")
    times = options.get("renotify_occurrences")
    by = options.get("notify_by")
    return Rules(
        cadence_s=cadence_of(body),
        notify_no_data=notify,
        no_data_after_s=after,
        new_group_delay_s=_group_delay(query, options),
        resolve_after_s=_seconds(options, "timeout_h", 3600) or None,
        retention_s=_retention(options.get("group_retention_duration")),
        renotify_s=every or None,
        renotify_times=times if isinstance(times, int) else None,
        renotify_states=frozenset(_STATUSES[each] for each in statuses if each in _STATUSES)
        if isinstance(statuses, list)
        else frozenset({State.ALERT, State.NO_DATA}),
        notify_by=tuple(map(str, by)) if isinstance(by, list) and by else None,
    )


def window_of(query: object) -> int:
    """Return the longest stretch of time that a query looks back on, in seconds; 0 where it has none."""
    match query:
        case tree.BurnRate(long_window_s=window_s) | tree.MetricAlert(window_s=window_s):
            return window_s
        case alerts.SearchAlert(calls=calls) | alerts.FormulaAlert(calls=calls):
            texts = [argument.strip("\"' ") for call in calls if call.name == "last" for argument in call.arguments]
            return max((window_seconds(each) or 0 for each in texts), default=0)
        case _:
            return 0


def _no_data_after(query: object, window_s: int, options: Mapping[str, Any]) -> int:
    if not isinstance(query, alerts.SearchAlert | alerts.FormulaAlert):
        # A look at metrics or checks waits by itself: it knows when the last point was.
        return 0
    given = _seconds(options, "no_data_timeframe", 60)
    # A window that is empty at a look has been so for its own length: only what is asked beyond that is waited for.
    return max((given or 2 * window_s) - window_s, 0)


def _group_delay(query: object, options: Mapping[str, Any]) -> int:
    if options.get("new_group_delay") is not None:
        return _seconds(options, "new_group_delay", 1)
    # Its elder is about hosts alone, and replaced by the above where that is set.
    return _seconds(options, "new_host_delay", 1) if "host" in groups_of(query) else 0


def groups_of(query: object) -> tuple[str, ...]:
    """Return the tags that a monitor's query is grouped by, each once."""
    match query:
        case tree.MetricAlert(expression=expression):
            found = [key for each in tree.queries(expression) for key in each.by]
        case alerts.SearchAlert(calls=calls) | alerts.ServiceCheck(calls=calls):
            arguments = [argument for call in calls if call.name == "by" for argument in call.arguments]
            found = [key.strip() for each in arguments for key in each.strip("\"' ").split(",")]
        case _:
            return ()
    return tuple(dict.fromkeys(each for each in found if each != "*"))


_LONGEST = 10**9
"""Of the unit that an option counts in: what is more is none that anyone means."""


def _seconds(options: Mapping[str, Any], key: str, unit: int) -> int:
    value = options.get(key)
    return int(value * unit) if isinstance(value, int | float) and 0 < value < _LONGEST else 0


def _retention(value: object) -> int:
    found = _RETENTION.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(found[1]) * _UNITS[found[2]] if found else GROUP_RETENTION_S
