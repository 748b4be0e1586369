"""The corrections of an SLO as `maintenance:` of the native form."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING, Any

from sightline_datadog.ownership import without_mark
from sightline_slo.durations import spell
from sightline_slo.importing.native import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_datadog.sync.remote import RemoteObject

_USUAL = {"timezone": "UTC", "category": "Scheduled Maintenance", "description": "Planned maintenance"}
"""What the native form means where it says nothing."""


def maintenance(corrections: Sequence[RemoteObject], slo: RemoteObject) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the calendar of an SLO, ours in the order of their keys, and what could not be taken along."""
    own = sorted((each for each in corrections if each.body.get("slo_id") == slo.id), key=_order)
    made, notes = [], []
    for each in own:
        when = f"the correction of {each.body.get('start')}"
        found = _one(each)
        if found is None:
            notes.append(f"{when} has no end, or a zone that nobody knows, and is not taken along")
            continue
        made.append(found)
        if each.mark is None:
            notes.append(f"{when} is somebody's own: a push makes another like it, and that one is to be deleted")
    return made, notes


def _order(each: RemoteObject) -> tuple[bool, int, int, str]:
    number = each.mark.key.rpartition("-")[2] if each.mark else ""
    return each.mark is None, int(number) if number.isdigit() else 0, int(each.body.get("start") or 0), each.id


def _one(each: RemoteObject) -> dict[str, Any] | None:
    body = each.body
    start, rule = int(body.get("start") or 0), body.get("rrule")
    length = body.get("duration") if rule else (body.get("end") or 0) - start
    zone = str(body.get("timezone") or "UTC")
    try:
        local = dt.datetime.fromtimestamp(start, zoneinfo.ZoneInfo(zone))
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None
    if not length or length <= 0:
        return None
    said = {
        "timezone": zone,
        "category": str(body.get("category") or ""),
        "description": without_mark(str(body.get("description") or "")),
    }
    unusual = {key: value for key, value in said.items() if value != _USUAL[key]}
    # In the hour that comes twice in autumn, the second needs its offset.
    when = local.replace(tzinfo=None) if local.fold == 0 and local.second == 0 else local
    text = when.isoformat().removesuffix(":00") if when.tzinfo is None else when.isoformat()
    return kept(start=text, duration=spell(int(length)), rrule=rule) | unusual
