"""What people are told: the monitor's message with its conditionals and variables resolved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.states import State, Transition
from sightline_datadog.ownership import without_mark

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK = re.compile(r"\{\{([#^])(is_[a-z_]+)\}\}(.*?)\{\{/\2\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
_TITLES = {
    State.ALERT: "Triggered",
    State.WARN: "Warn",
    State.OK: "Recovered",
    State.NO_DATA: "No data",
    State.NOT_EVALUATED: "Not evaluated",
}


@dataclass(frozen=True, slots=True)
class Notification:
    """What a webhook receives; `at` in Unix seconds."""

    monitor_id: str
    title: str
    text: str
    before: State
    after: State
    at: int
    reason: str
    tags: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """Return plain values, under the names that the vendor's webhooks use where they have one."""
        return {
            "alert_id": self.monitor_id,
            "alert_transition": _TITLES[self.after],
            "alert_type": {State.ALERT: "error", State.WARN: "warning", State.OK: "success"}.get(self.after, "info"),
            "title": self.title,
            "body": self.text,
            "date": self.at * 1000,
            "from": self.before,
            "to": self.after,
            "reason": self.reason,
            "tags": list(self.tags),
        }


def notification(monitor: Mapping[str, Any], transition: Transition) -> Notification:
    """Render a monitor's message for one transition."""
    title = f"[{_TITLES[transition.after]}] {monitor['name']}"
    text = render(without_mark(str(monitor.get("message") or "")), transition)
    return Notification(
        str(monitor["id"]),
        title,
        text or transition.reason,
        transition.before,
        transition.after,
        transition.at,
        transition.reason,
        tuple(monitor.get("tags") or ()),
    )


def render(message: str, transition: Transition) -> str:
    """Resolve `{{#is_alert}}…{{/is_alert}}`, its like and its negation `^`, and variables; unknown ones stay."""
    after, before = transition.after, transition.before
    holds = {
        "is_alert": after is State.ALERT,
        "is_warning": after is State.WARN,
        "is_no_data": after is State.NO_DATA,
        "is_recovery": after is State.OK,
        "is_alert_recovery": after is State.OK and before is State.ALERT,
        "is_warning_recovery": after is State.OK and before is State.WARN,
        "is_alert_to_warning": after is State.WARN and before is State.ALERT,
        "is_no_data_recovery": after is State.OK and before is State.NO_DATA,
    }

    def block(found: re.Match[str]) -> str:
        if found[2] not in holds:
            return found[0]
        return found[3] if holds[found[2]] == (found[1] == "#") else ""

    values = transition.values
    long, short = values.get("long") or {}, values.get("short") or {}
    known = {
        "long_window_burn_rate": _number(long.get("burn_rate")),
        "short_window_burn_rate": _number(short.get("burn_rate")),
        "threshold": _number(values.get("threshold")),
        "value": _number(values.get("value")),
        "timeframe": str(values.get("timeframe", "")),
    }
    resolved = _BLOCK.sub(block, message)
    resolved = _VARIABLE.sub(lambda found: known.get(found[1], found[0]), resolved)
    return "\n".join(line for line in resolved.strip().splitlines() if line.strip())


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "n/a"
