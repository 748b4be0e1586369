"""Which downtimes mute a monitor now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_local.backend import Backend

KIND = "downtime"


def active(body: Mapping[str, Any], now: int) -> bool:
    """Whether a downtime mutes now."""
    start, end = body["start"], body["end"]
    return body["canceled"] is None and (start is None or start <= now) and (end is None or now < end)


def meets(body: Mapping[str, Any], monitor: Mapping[str, Any]) -> bool:
    """Whether a downtime is for a monitor: by its id, or by its tags, all of which the monitor has."""
    if body["monitor_id"] is not None:
        return bool(body["monitor_id"] == monitor["id"])
    tags = set(body["monitor_tags"]) - {"*"}
    return tags <= set(monitor["tags"])


def matching(backend: Backend, monitor: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the downtimes that mute a monitor now, in the form of a monitor's `matching_downtimes`."""
    now = backend.now_s()
    return [
        {
            "id": each["id"],
            "active": True,
            "monitor_id": each["monitor_id"],
            "start": each["start"],
            "end": each["end"],
            "scope": each["scope"],
            "groups": ["total"],
        }
        for each in backend.objects.all(KIND)
        if active(each, now) and meets(each, monitor)
    ]
