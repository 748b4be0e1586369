"""What a webhook receives of a notification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.message import TITLES, message
from sightline_datadog.evaluate.states import Occasion, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.states import Notification as Told

_TYPES = {State.ALERT: "error", State.WARN: "warning", State.OK: "success"}


@dataclass(frozen=True, slots=True)
class Notification:
    """What is sent; `at` in Unix seconds, `scope` the tags of the group that it is about."""

    monitor_id: str
    title: str
    text: str
    before: State
    after: State
    at: int
    reason: str
    tags: tuple[str, ...]
    scope: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    again: bool = False

    def as_data(self) -> dict[str, Any]:
        """Return plain values, under the names that the vendor's webhooks use where they have one."""
        return {
            "alert_id": self.monitor_id,
            "alert_transition": f"Re-{TITLES[self.after]}" if self.again else TITLES[self.after],
            "alert_type": _TYPES.get(self.after, "info"),
            "alert_scope": ",".join(self.scope),
            "title": self.title,
            "body": self.text,
            "date": self.at * 1000,
            "from": self.before,
            "to": self.after,
            "reason": self.reason,
            "tags": list(self.tags),
            "handles": list(self.handles),
        }


def notification(monitor: Mapping[str, Any], told: Told, parts: Mapping[str, Any] | None = None) -> Notification:
    """Render a monitor's message for one notification; `parts` are the values of a composite's monitors by letter."""
    made = message(monitor, told, parts)
    return Notification(
        str(monitor["id"]),
        made.title,
        made.text or told.standing.reason,
        told.before,
        told.after,
        told.at,
        told.standing.reason,
        tuple(monitor.get("tags") or ()),
        told.group,
        tuple(each.text for each in made.handles),
        again=told.occasion is Occasion.RENOTIFY,
    )
