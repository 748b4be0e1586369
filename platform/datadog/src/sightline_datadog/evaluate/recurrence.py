"""Times that come again by a rule (RFC 5545): corrections of SLOs, schedules of monitors, downtimes."""

from __future__ import annotations

import datetime as dt
import itertools
import zoneinfo
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateutil.rrule import rrule

MOST_STEPS = 200_000
"""A rule is gone through step by step; one that takes more than this (seconds of work) is not evaluated."""

_STEP_S = (366 * 86400, 28 * 86400, 7 * 86400, 86400, 3600, 60, 1)
"""How long a step is, by `dateutil`'s numbers of YEARLY to SECONDLY."""
_WEEKLY = 2
_CYCLE = dt.timedelta(days=146_097)
"""400 years: after these days and weeks are the same."""


def occurrences(rule: str, first: int, timezone: str, start: int, end: int) -> Iterator[int]:
    """Return when a rule that begins at `first` comes from `start` up to but not including `end`, in Unix seconds.

    On the clock of its zone: two in the morning stays two in the morning when summer time begins.

    Raises:
        NotEvaluatedError: the rule or the zone cannot be read, or the rule takes too many steps.
    """
    parsed, zone = _read(rule, first, timezone)
    known: dict[str, Any] = vars(parsed)
    try:
        after, before = (dt.datetime.fromtimestamp(each, zone) for each in (max(start, first), max(end, first)))
        for number, wall in enumerate(_walls(rule, parsed, after, before)):
            if number >= MOST_STEPS:
                raise _endless(rule)
            moment = wall.replace(tzinfo=zone)
            if after <= moment < before and (known["_until"] is None or moment <= known["_until"]):
                yield int(moment.timestamp())
    except (ValueError, OverflowError, OSError, IndexError) as error:
        raise NotEvaluatedError(f"the rule `{rule[:100]}` cannot be followed: {error}") from None


def check(rule: str, first: int, timezone: str) -> None:
    """Check that a rule can be read.

    Raises:
        NotEvaluatedError: it cannot.
    """
    _read(rule, first, timezone)


def _read(rule: str, first: int, timezone: str) -> tuple[rrule, zoneinfo.ZoneInfo]:
    from dateutil.rrule import rrule, rrulestr

    try:
        zone = zoneinfo.ZoneInfo(timezone)
        parsed = rrulestr(rule, dtstart=dt.datetime.fromtimestamp(first, zone))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError) as error:
        # The name of a zone may be that of a folder, or too long for a file.
        raise NotEvaluatedError(f"the rule `{rule[:100]}` in {timezone[:50]} cannot be read: {error}") from None
    if not isinstance(parsed, rrule):
        raise NotEvaluatedError(f"`{rule[:100]}` is more than one rule")
    if vars(parsed)["_byeaster"]:
        raise NotEvaluatedError(f"`{rule[:100]}` is a rule by Easter, which RFC 5545 does not know")
    if vars(parsed)["_interval"] < 1:
        raise NotEvaluatedError(f"the rule `{rule[:100]}` never moves on: its interval is not positive")
    return parsed, zone


def _walls(rule: str, parsed: rrule, after: dt.datetime, before: dt.datetime) -> Iterator[dt.datetime]:
    """Go through a rule up to `before` on the wall's clock.

    A rule that never comes is searched up to the year 9999. The calendar comes again every 400 years, so it is gone
    through in the last ones before that year.
    """
    known: dict[str, Any] = vars(parsed)
    begin, last = (each.replace(tzinfo=None) for each in (known["_dtstart"], before))
    step = dt.timedelta(seconds=_STEP_S[known["_freq"]] * known["_interval"])
    if known["_count"] is None and known["_freq"] >= _WEEKLY:
        # A rule without a count comes the same without its first steps.
        begin += max((after.replace(tzinfo=None) - begin) // step - 1, 0) * step
    if (last - begin) / step > MOST_STEPS:
        raise _endless(rule)
    later = (dt.MAXYEAR - last.year) // 400 * _CYCLE
    found = iter(parsed.replace(dtstart=begin + later, count=None, until=last + later))
    return (each - later for each in itertools.islice(found, known["_count"]))


def _endless(rule: str) -> NotEvaluatedError:
    return NotEvaluatedError(f"the rule `{rule[:100]}` comes too often for the time that is asked for")
