"""What a monitor asks for when there is no data.

https://docs.datadoghq.com/monitors/configuration/#no-data
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.states import Evaluation, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def missing(options: Mapping[str, Any], reason: str, zero: Callable[[], Evaluation] | None) -> Evaluation:
    """Say what a monitor, or a group of it, is asked to be without data.

    Args:
        options: the monitor's; `on_missing_data` decides, or `notify_no_data` of those from before it.
        reason: why, in words.
        zero: looks at the value zero, for a count; None for what keeps its last state by default.
    """
    wanted = options.get("on_missing_data") or "default"
    if wanted == "resolve":
        return Evaluation(State.OK, f"{reason}: resolved, as `on_missing_data` asks", missing=True)
    if wanted in {"show_no_data", "show_and_notify_no_data"} or options.get("notify_no_data"):
        return Evaluation(State.NO_DATA, reason, missing=True)
    if zero is not None:
        # A monitor on `< 5` alerts then.
        return replace(zero(), missing=True)
    return Evaluation(None, f"{reason}: the last state is kept", missing=True)


def patience_s(options: Mapping[str, Any], default_s: int) -> int | None:
    """Return how long data must be missing before `notify_no_data` makes it NO DATA.

    None for monitors with `on_missing_data`, which has no such time, and for those that are not to notify.
    """
    if options.get("on_missing_data") or not options.get("notify_no_data"):
        return None
    minutes = options.get("no_data_timeframe")
    return int(minutes) * 60 if isinstance(minutes, int | float) and minutes > 0 else default_s
