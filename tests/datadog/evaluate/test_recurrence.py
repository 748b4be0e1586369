"""Rules by which times come again: the same as dateutil's, and an end to those that have none."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.recurrence import check, occurrences

NOW = 1_760_000_000
DAY = 86_400


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=DAILY;INTERVAL=3;BYHOUR=2",
        "FREQ=DAILY;COUNT=40",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=SU",
        "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=FR",
        "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=2",
        "FREQ=DAILY;UNTIL=20251020T033000Z",
    ],
)
def test_it_comes_when_dateutil_says(rule: str, zone: str) -> None:
    """Over sixty days around the end of summer time, of a rule that began a year and a bit before."""
    first, start, end = NOW - 400 * DAY - 777, NOW, NOW + 60 * DAY
    place = zoneinfo.ZoneInfo(zone)
    whole = rrulestr(rule, dtstart=dt.datetime.fromtimestamp(first, place))
    until = dt.datetime.fromtimestamp(end, place)
    wanted = takewhile(lambda each: each < until, whole.xafter(dt.datetime.fromtimestamp(start, place), inc=True))
    assert list(occurrences(rule, first, zone, start, end)) == [int(each.timestamp()) for each in wanted]


@pytest.mark.parametrize(
    "rule",
    [
        "", "X", "FREQ=OFTEN", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY\nFREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=99999999999999999999", "FREQ=SECONDLY", "FREQ=HOURLY;COUNT=100000000;BYMONTH=2",
        "FREQ=YEARLY;BYEASTER=999", "FREQ=DAILY;BYMINUTE=0,1,2,3;BYSECOND=" + ",".join(map(str, range(60)))
        + ";BYHOUR=" + ",".join(map(str, range(24))),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_followed_is_refused(rule: str) -> None:
    """No rule, none that moves on, or one that comes more often than anyone can wait for."""
    with pytest.raises(NotEvaluatedError, match="rule"):
        list(occurrences(rule, 0, "UTC", NOW, NOW + 400 * DAY))


def test_a_rule_that_never_comes_is_no_search_without_end() -> None:
    """The thirtieth of February: nothing, at once, where dateutil goes through eight thousand years."""
    assert list(occurrences("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", 0, "UTC", NOW, NOW + DAY)) == []


@pytest.mark.parametrize("zone", ["", "America", "../etc/passwd", "x" * 5000, "a\0b", "Mars/Olympus"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    """Also the name of a folder, a path, and one that is too long for a file."""
    with pytest.raises(NotEvaluatedError, match="cannot be read"):
        check("FREQ=DAILY", NOW, zone)
