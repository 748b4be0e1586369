"""Which downtimes mute a monitor now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_local.api.downtime_times import present, stretch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_local.api.downtime_times import Stretch
    from sightline_local.backend import Backend

KIND = "downtime"
_SOON_S = 86_400


def meets(body: Mapping[str, Any], monitor: Mapping[str, Any]) -> bool:
    """Whether a downtime is for a monitor: by its id, or by its tags, all of which the monitor has."""
    if body["monitor_id"] is not None:
        return bool(body["monitor_id"] == monitor["id"])
    tags = set(body["monitor_tags"]) - {"*"}
    return tags <= set(monitor["tags"])


def matching(backend: Backend, monitor: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the downtimes that mute a monitor now, in the form of a monitor's `matching_downtimes`."""
    return [
        {
            "id": each["id"],
            "active": True,
            "monitor_id": each["monitor_id"],
            "start": start,
            "end": end,
            "scope": each["scope"],
            "groups": ["total"],
        }
        for each, (start, end) in muting(backend, monitor)
    ]


def silenced(backend: Backend, monitor: Mapping[str, Any]) -> dict[str, int | None]:
    """Return what a monitor's `silenced` tells: by scope until when it is muted.

    Recorded, too, is one that names it and begins in three hours, and not one that begins in 24 years.
    """
    now = backend.now_s()
    found: dict[str, int | None] = {}
    for each in backend.objects.all(KIND):
        if each["canceled"] is not None or not meets(each, monitor):
            continue
        when = stretch(each, now)
        soon = now + (0 if each["monitor_id"] is None else _SOON_S)
        if when is not None and (when[1] is None or now < when[1]) and when[0] <= soon:
            found |= dict.fromkeys(each["scope"], when[1])
    return found


def muting(backend: Backend, monitor: Mapping[str, Any]) -> list[tuple[dict[str, Any], Stretch]]:
    """Return the downtimes that mute a monitor now, and from when to when."""
    now = backend.now_s()
    met = [each for each in backend.objects.all(KIND) if meets(each, monitor)]
    return [(each, found) for each in met if (found := present(each, now)) is not None]
