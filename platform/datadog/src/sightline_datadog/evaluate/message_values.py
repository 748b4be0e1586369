"""What a message may name: the numbers, times and tags of one notification, and which conditions hold.

Names are those of https://docs.datadoghq.com/monitors/notify/variables/.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.states import Occasion, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.states import Notification

_OPTIONAL = ("event", "log", "span", "rum", "host", "ci", "error", "issue", "kubernetes")
"""First words of variables that hold what only the vendor knows of; they are empty where it is not there."""


@dataclass(frozen=True, slots=True)
class Known:
    """What can be named in one message."""

    texts: Mapping[str, str]
    numbers: Mapping[str, float]
    times: Mapping[str, int]
    holds: Mapping[str, bool]
    priority: int | None = None
    elsewhere: frozenset[str] = field(default=frozenset(_OPTIONAL))

    def text(self, name: str) -> str | None:
        """Return what a variable says; None for one that nobody knows."""
        key = name.replace("[", "").replace("]", "")
        if key in self.texts:
            return self.texts[key]
        if key in self.numbers:
            return number(self.numbers[key])
        first = key.partition(".")[0]
        return "" if first in self.elsewhere and first != key else None


def known(body: Mapping[str, Any], notification: Notification, parts: Mapping[str, Any] | None = None) -> Known:
    """Gather what a monitor's message may name.

    Args:
        body: the monitor.
        notification: what is told.
        parts: of a composite, the value of each of its monitors by letter (`a`, `b`, …).
    """
    standing = notification.standing
    options = body.get("options") or {}
    numbers = _numbers(options, standing.values)
    texts = {"comparator": str(standing.values.get("comparator") or _comparator(body))}
    tags: dict[str, set[str]] = {}
    for tag in notification.group:
        key, _, value = tag.partition(":")
        tags.setdefault(key, set()).add(value)
    for key, values in tags.items():
        texts[key] = texts[f"{key}.name"] = ",".join(sorted(values))
    for name, value in (parts or {}).items():
        numbers |= {f"{name}.value": float(value)} if isinstance(value, int | float) else {}
    times = {
        "first_triggered_at": standing.first_triggered,
        "last_triggered_at": standing.last_triggered,
    }
    present = {name: second for name, second in times.items() if second is not None}
    for name, second in present.items():
        texts[name] = f"{datetime.fromtimestamp(second, UTC):%a %b %d %Y %H:%M:%S} UTC"
        numbers[f"{name}_epoch"] = second * 1000.0
    if standing.first_triggered is not None:
        numbers["triggered_duration_sec"] = float(notification.at - standing.first_triggered)
    for name in times.keys() - present.keys():
        texts[name] = texts[f"{name}_epoch"] = ""
    priority = body.get("priority")
    return Known(texts, numbers, present, conditions(notification), priority if isinstance(priority, int) else None)


def conditions(told: Notification) -> dict[str, bool]:
    """Return which of the conditions without arguments hold."""
    after, before = told.after, told.before
    changed = told.occasion is Occasion.TRANSITION
    return {
        "is_alert": after is State.ALERT,
        "is_warning": after is State.WARN,
        "is_no_data": after is State.NO_DATA,
        "is_unknown": False,
        "is_recovery": changed and after is State.OK,
        "is_alert_recovery": changed and after is State.OK and before is State.ALERT,
        "is_warning_recovery": changed and after is State.OK and before is State.WARN,
        "is_alert_to_warning": changed and after is State.WARN and before is State.ALERT,
        "is_no_data_recovery": changed and before is State.NO_DATA and after is State.OK,
        "is_renotify": told.occasion is Occasion.RENOTIFY,
    }


def number(value: float) -> str:
    """Spell a number with three decimals at most, small ones with four digits."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - that is how NaN is told
        return "n/a"
    if value and abs(value) < 1:
        return f"{value:.4g}"
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _numbers(options: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, float]:
    limits = options.get("thresholds") or {}
    long, short = values.get("long"), values.get("short")
    left = values.get("budget_remaining")
    found = {
        "value": values.get("value", 100 - left if isinstance(left, int | float) else None),
        "threshold": values.get("threshold", limits.get("critical")),
        "warn_threshold": limits.get("warning"),
        "ok_threshold": limits.get("critical_recovery", limits.get("ok")),
        "long_window_burn_rate": long.get("burn_rate") if isinstance(long, dict) else None,
        "short_window_burn_rate": short.get("burn_rate") if isinstance(short, dict) else None,
    }
    return {name: float(value) for name, value in found.items() if isinstance(value, int | float)}


def _comparator(body: Mapping[str, Any]) -> str:
    from sightline_datadog.query import read_monitor_query

    query, _ = read_monitor_query(str(body.get("type")), str(body.get("query", "")))
    return str(getattr(query, "comparator", ""))
