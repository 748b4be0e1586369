"""`maintenance:` of the native form."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.durations import seconds
from sightline_slo.model import Maintenance

if TYPE_CHECKING:
    from sightline_slo.dialects._filled import Filled

_LOOKED_AT_S = 366 * 86_400


def maintenance(levels: tuple[Filled, ...]) -> tuple[Maintenance, ...]:
    """Read the calendar of every level; what is no time, zone or rule is a finding."""
    found = [_one(each) for level in levels for each in level.items("maintenance")]
    return tuple(each for each in found if each is not None)


def _one(at: Filled) -> Maintenance | None:
    zone = at.text("timezone", "UTC")
    try:
        start = dt.datetime.fromisoformat(at.text("start"))
        tz = zoneinfo.ZoneInfo(zone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError) as error:
        key = "timezone" if isinstance(error, zoneinfo.ZoneInfoNotFoundError) else "start"
        fix = "write it such as Europe/Rome" if key == "timezone" else "write it such as 2026-01-31T02:00"
        at.report(
            codes.BAD_CALENDAR, f"`{at.text(key)}` is no {'time zone' if key == 'timezone' else 'time'}", key, "", fix
        )
        return None
    if start.tzinfo is None:
        start = start.replace(tzinfo=tz)
    rule = at.text("rrule") if at.has("rrule") else None
    if rule is not None and not _is_rule(at, rule, start, zone):
        return None
    return Maintenance(
        rule,
        int(start.timestamp()),
        seconds(at.text("duration")) or 0,
        zone,
        at.text("category", "Scheduled Maintenance"),
        at.text("description", "Planned maintenance"),
        at.span(),
    )


def _is_rule(at: Filled, rule: str, start: dt.datetime, zone: str) -> bool:
    from sightline_datadog.evaluate.errors import NotEvaluatedError
    from sightline_datadog.evaluate.recurrence import occurrences

    first = int(start.timestamp())
    try:
        # Going through some time of it tells a rule that comes each second, or never moves on.
        next(occurrences(rule, first, zone, first, first + _LOOKED_AT_S), None)
    except NotEvaluatedError as error:
        fix = "write it such as FREQ=WEEKLY;BYDAY=SU"
        at.report(codes.BAD_CALENDAR, f"this is no recurrence that can be followed: {error}", "rrule", "", fix)
        return False
    return True
