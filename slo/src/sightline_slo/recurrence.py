"""When a maintenance begins: its rule on the clock of its zone, where two in the morning stays two in the morning."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.model import Maintenance


def occurrences(each: Maintenance, start: int, end: int) -> Iterator[int]:
    """Return when it begins, for every time that reaches into [start, end), in Unix seconds."""
    if each.rrule is None:
        if each.start < end and each.start + each.duration_s > start:
            yield each.start
        return
    # Few specs have a calendar.
    from zoneinfo import ZoneInfo

    from dateutil.rrule import rrulestr

    zone = ZoneInfo(each.timezone)
    rule = rrulestr(each.rrule, dtstart=dt.datetime.fromtimestamp(each.start, zone))
    after = dt.datetime.fromtimestamp(start - each.duration_s, zone)
    before = dt.datetime.fromtimestamp(end, zone)
    for moment in rule.xafter(after):
        if moment >= before:
            return
        yield int(moment.timestamp())
