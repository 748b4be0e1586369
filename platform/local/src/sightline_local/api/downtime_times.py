"""When a downtime mutes: once, or again and again by rules, of which one is the current one."""

from __future__ import annotations

import datetime as dt
import functools
import re
import zoneinfo
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.recurrence import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DURATION = re.compile(r"([1-9]\d{0,5})([mhdw])")
"""How long a recurrence of the newer form lasts: `90m`, `1w`."""

_UNIT_S = {"m": 60, "h": 3600, "d": 86400, "w": 604800}
_FREQUENCY = {"days": "DAILY", "weeks": "WEEKLY", "months": "MONTHLY", "years": "YEARLY"}
_AHEAD_S = (32 * 86400, 5 * 366 * 86400, 100 * 366 * 86400)
"""How far the next time is looked for, nearest first: a rule that comes every hour is not followed for a century."""
_LAST_YEAR = 2037
"""Where the vendor's tables of zones end: after it no summer time begins or ends, as recorded of 2042."""

Stretch = tuple[int, int | None]
Rule = tuple[str, int, str, int]
"""A rule, when it begins (Unix seconds), its zone, and how many seconds each time lasts."""


def stretch(body: Mapping[str, Any], now: int) -> Stretch | None:
    """Return from when to when it mutes (None: for ever), in Unix seconds.

    Of one that comes again that is the present time, else the next, else the last; None where there is none.
    """
    rules = rules_of(body)
    return _current(rules, now) if rules else (body["start"] or 0, body["end"])


def present(body: Mapping[str, Any], now: int) -> Stretch | None:
    """Return from when to when it mutes where it mutes now."""
    found = None if body["canceled"] is not None else stretch(body, now)
    return found if found is not None and found[0] <= now and (found[1] is None or now < found[1]) else None


def active(body: Mapping[str, Any], now: int) -> bool:
    """Whether a downtime mutes now."""
    return present(body, now) is not None


def rules_of(body: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Return the rules of one that comes again, from either form; nothing of one that does not."""
    schedule = body.get("schedule") or {}
    if "recurrences" in schedule:
        zone = schedule["timezone"]
        return tuple(
            (each["rrule"], begin(each, zone), zone, seconds(each["duration"])) for each in schedule["recurrences"]
        )
    recurrence = body.get("recurrence")
    if not recurrence or body["end"] is None:
        return ()
    rule = recurrence.get("rrule") if recurrence["type"] == "rrule" else _written(recurrence)
    return ((str(rule), int(body["start"]), body["timezone"], int(body["end"]) - int(body["start"])),)


def seconds(duration: str) -> int:
    """Read how long a recurrence lasts; 0 where that cannot be read."""
    found = DURATION.fullmatch(duration)
    return int(found[1]) * _UNIT_S[found[2]] if found else 0


def begin(recurrence: Mapping[str, Any], timezone: str) -> int:
    """Return when a recurrence of the newer form begins, in Unix seconds: it says so on the clock of its zone."""
    return int(dt.datetime.fromisoformat(recurrence["start"]).replace(tzinfo=zoneinfo.ZoneInfo(timezone)).timestamp())


def _written(recurrence: Mapping[str, Any]) -> str:
    """Write an older recurrence as a rule."""
    parts = [f"FREQ={_FREQUENCY[recurrence['type']]}", f"INTERVAL={recurrence.get('period') or 1}"]
    if recurrence.get("week_days"):
        parts.append("BYDAY=" + ",".join(str(each)[:2].upper() for each in recurrence["week_days"]))
    if recurrence.get("until_occurrences"):
        parts.append(f"COUNT={recurrence['until_occurrences']}")
    elif recurrence.get("until_date"):
        parts.append(f"UNTIL={dt.datetime.fromtimestamp(recurrence['until_date'], dt.UTC):%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


# Every monitor asks it of every downtime in a run.
@functools.lru_cache(maxsize=4096)
def _current(rules: tuple[Rule, ...], now: int) -> tuple[int, int] | None:
    found = [each for rule in rules for each in _near(rule, now)]
    present = [each for each in found if each[0] <= now < each[1]]
    coming, over = [each for each in found if each[0] > now], [each for each in found if each[1] <= now]
    return min(present, default=None) or min(coming, default=None) or max(over, default=None)


def _near(rule: Rule, now: int) -> Iterator[tuple[int, int]]:
    """Yield the last time that a rule began up to now, and the next; nothing where it cannot be followed."""
    text, first, timezone, lasts = rule
    ahead = (_next(text, first, timezone, max(now + 1, first), span) for span in _AHEAD_S)
    behind = (_last(text, first, timezone, now + 1, span) for span in _AHEAD_S)
    try:
        present = _last(text, first, timezone, now + 1, lasts)
        coming = next((each for each in ahead if each is not None), None)
        over = next((each for each in behind if each is not None), None) if coming is None else None
    except NotEvaluatedError:
        return
    for moment in (present, coming, over):
        if moment is not None:
            begin = _as_the_vendor(moment, timezone)
            yield begin, begin + lasts


def _next(text: str, first: int, timezone: str, start: int, span: int) -> int | None:
    return next(occurrences(text, first, timezone, start, start + span), None)


def _last(text: str, first: int, timezone: str, end: int, span: int) -> int | None:
    return max(occurrences(text, first, timezone, end - span, end), default=None) if first < end else None


def _as_the_vendor(moment: int, timezone: str) -> int:
    """Return a moment as the vendor takes it, whose clock does not change any more after `_LAST_YEAR`."""
    zone = zoneinfo.ZoneInfo(timezone)
    ours = dt.datetime.fromtimestamp(moment, zone)
    if ours.year <= _LAST_YEAR:
        return moment
    theirs = dt.datetime(_LAST_YEAR, 12, 31, tzinfo=zone).utcoffset()
    return moment + int(((ours.utcoffset() or dt.timedelta()) - (theirs or dt.timedelta())).total_seconds())
