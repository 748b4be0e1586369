"""Downtimes, in the newer form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import texts, with_defaults, without, without_null

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = ("id", "created", "modified", "canceled", "status")
"""What the server adds, by its recorded answers to creates."""

DEFAULTS = {
    "display_timezone": "UTC",
    "message": "",
    "mute_first_recovery_notification": False,
    "notify_end_states": ["alert", "no data", "warn"],
    "notify_end_types": ["expired"],
}
_SETS = ("notify_end_states", "notify_end_types")


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds; what ends it is a set, in another order at each read."""
    kept = with_defaults(without_null(without(body, ADDED)), DEFAULTS)
    kept |= {key: texts(kept[key]) for key in _SETS}
    schedule = kept.get("schedule")
    kept["schedule"] = without_null(schedule) if isinstance(schedule, dict) else {}
    return kept


def reconcile(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Leave a beginning that the author does not give to the server, which takes its clock for it."""
    if "start" not in after["schedule"]:
        before["schedule"].pop("start", None)
