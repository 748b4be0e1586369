"""Downtimes, in the newer form."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import texts, with_defaults, without, without_empty, without_null

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
    kept = with_defaults(without_empty(without_null(without(body, ADDED)), ("display_timezone",)), DEFAULTS)
    kept |= {key: texts(kept[key]) for key in _SETS}
    schedule = kept.get("schedule")
    kept["schedule"] = _schedule(schedule) if isinstance(schedule, dict) else {}
    return kept


def _schedule(schedule: Mapping[str, Any]) -> dict[str, Any]:
    """Write times as the server does, and leave out which time of those that come again is the current one."""
    made = without_null(without(schedule, ("current_downtime",)))
    made |= {key: _moment(made[key]) for key in ("start", "end") if key in made}
    if "recurrences" in made:
        made["timezone"] = made.get("timezone") or "UTC"
        again: Any = made["recurrences"]
        if isinstance(again, list):
            made["recurrences"] = [without_null(each) if isinstance(each, dict) else each for each in again]
    return made


def _moment(text: Any) -> Any:
    try:
        found = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return (found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)).isoformat()


def reconcile(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Leave a beginning that the author does not give to the server, which takes its clock for it."""
    if "start" not in after["schedule"]:
        before["schedule"].pop("start", None)
    there, wanted = (each["schedule"].get("recurrences") for each in (before, after))
    if isinstance(there, list) and isinstance(wanted, list):
        for old, new in zip(there, wanted, strict=False):
            if isinstance(old, dict) and isinstance(new, dict) and not new.get("start"):
                old.pop("start", None)
