"""A calendar as PromQL: 1 while time does not count, nothing otherwise.

PromQL knows no time zones, so a rule is told in seconds from its first time: daily and weekly rules of a zone without
summer time. The others are written out for ten years (`until`), or, where that is too much, not said (`reason`).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sightline_slo.backends.prometheus_written_out import terms as written_terms
from sightline_slo.backends.prometheus_written_out import written_out

if TYPE_CHECKING:
    import zoneinfo

    from sightline_slo.model import Maintenance

DAY = 86400
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}


def reason(each: Maintenance) -> str | None:
    """Return why a calendar cannot be said in PromQL, None where it can."""
    if _uneven(each) is None or written_out(each) is not None:
        return None
    return f"`{each.rrule}` comes too often to be written out"


def until(each: Maintenance) -> tuple[str, str] | None:
    """Return why a calendar is written out, and until which day; None where it is said for good."""
    why = _uneven(each)
    made = written_out(each) if why else None
    if why is None or made is None or made.until is None:
        return None
    return why, dt.datetime.fromtimestamp(made.until, dt.UTC).date().isoformat()


@lru_cache(maxsize=64)
def _uneven(each: Maintenance) -> str | None:
    if each.rrule is None:
        return None
    parts = rule_parts(each.rrule)
    days = [day for day in parts.get("BYDAY", "").split(",") if day]
    if (
        parts.get("FREQ") not in {"DAILY", "WEEKLY"}
        or set(parts) - _PARTS
        or parts.get("WKST", "MO") != "MO"
        or not set(days) <= set(_DAYS)
        or (days and parts["FREQ"] == "DAILY")
    ):
        return f"`{each.rrule}` is neither daily nor weekly"
    zone = _zone(each)
    year = dt.datetime.fromtimestamp(each.start, zone).year
    if len({dt.datetime(year, month, 1, tzinfo=zone).utcoffset() for month in range(1, 13)}) > 1:
        return f"{each.timezone} has summer time"
    return None


def active(calendar: tuple[Maintenance, ...], margin_s: int) -> str:
    """Return 1 while any of the calendar lasts, and `margin_s` beyond, while windows still look back into it."""
    return "\nor\n".join(term for each in calendar for term in _terms(each, margin_s))


def _terms(each: Maintenance, margin_s: int) -> list[str]:
    length = each.duration_s + margin_s
    if each.rrule is None:
        return [f"(vector(time()) >= {each.start} < {each.start + length}) * 0 + 1"]
    made = written_out(each) if _uneven(each) else None
    if made is not None:
        return written_terms(made, length)
    parts = rule_parts(each.rrule)
    every = int(parts.get("INTERVAL", "1")) * (DAY if parts["FREQ"] == "DAILY" else 7 * DAY)
    last = _last(each, parts)
    until = "" if last is None else f" < {last + length}"
    return [
        f"((vector(time()) - {start}) % {every} < {length} and on () (vector(time()) >= {start}{until})) * 0 + 1"
        for start in _starts(each, parts, every)
    ]


def _starts(each: Maintenance, parts: dict[str, str], every: int) -> list[int]:
    days = [_DAYS.index(day) for day in parts.get("BYDAY", "").split(",") if day]
    if not days:
        return [each.start]
    first = dt.datetime.fromtimestamp(each.start, _zone(each)).weekday()
    starts = (each.start + (day - first) * DAY for day in sorted(days))
    return sorted(start if start >= each.start else start + every for start in starts)


def _last(each: Maintenance, parts: dict[str, str]) -> int | None:
    if not {"COUNT", "UNTIL"} & set(parts):
        return None
    from dateutil.rrule import rrulestr

    zone = _zone(each)
    *_, last = rrulestr(each.rrule or "", dtstart=dt.datetime.fromtimestamp(each.start, zone))
    return int(last.timestamp())


def _zone(each: Maintenance) -> zoneinfo.ZoneInfo:
    # Few specs have a calendar, and the database of zones takes as long to load as a hundred of them.
    from zoneinfo import ZoneInfo

    return ZoneInfo(each.timezone)


def rule_parts(rule: str) -> dict[str, str]:
    """Return the parts of a recurrence rule by their names."""
    found = re.findall(r"([A-Z]+)=([^;]+)", rule.upper().removeprefix("RRULE:"))
    return dict(found)
