"""Times that come again by a rule (RFC 5545): corrections of SLOs and schedules of monitors."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

from sightline_datadog.evaluate.errors import NotEvaluatedError

if TYPE_CHECKING:
    from collections.abc import Iterator


def occurrences(rule: str, first: int, timezone: str, start: int, end: int) -> Iterator[int]:
    """Return when a rule that begins at `first` comes from `start` up to but not including `end`, in Unix seconds.

    On the clock of its zone: two in the morning stays two in the morning when summer time begins.

    Raises:
        NotEvaluatedError: the rule or the zone cannot be read.
    """
    from dateutil.rrule import rrulestr

    try:
        zone = zoneinfo.ZoneInfo(timezone)
        parsed = rrulestr(rule, dtstart=dt.datetime.fromtimestamp(first, zone))
    except (ValueError, TypeError, KeyError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise NotEvaluatedError(f"the rule `{rule}` in {timezone} cannot be read: {error}") from None
    after, before = (dt.datetime.fromtimestamp(each, zone) for each in (max(start, first), end))
    for moment in parsed.xafter(after, inc=True):
        if moment >= before:
            return
        yield int(moment.timestamp())
