"""What lies in a maintenance calendar counts for nothing."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import numpy as np

from sightline_slo.backtesting.maintenance import without
from sightline_slo.backtesting.replay import replay
from sightline_slo.model import Backend
from sightline_slo.recurrence import occurrences
from tests.slo.alarming import NOON, history, slo

WEEKLY = """\
    maintenance:
      - {start: "2026-03-22T02:30", duration: 30m, timezone: Europe/Rome, rrule: FREQ=WEEKLY;BYDAY=SU}
"""


def minute(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo("Europe/Rome")).timestamp())


def test_a_weekly_time_stays_on_the_clock_of_its_zone() -> None:
    """Half past three on Sundays in Rome, on both sides of the beginning of summer time."""
    (each,) = slo(more=WEEKLY.replace("02:30", "03:30")).maintenance
    found = list(occurrences(each, minute("2026-03-01T00:00"), minute("2026-04-13T00:00")))
    assert found == [minute(f"2026-{day}T03:30") for day in ("03-22", "03-29", "04-05", "04-12")]


def test_an_outage_during_maintenance_pages_nobody() -> None:
    """The same outage an hour later does, and so do both without the calendar: a page and a ticket."""
    made = slo(more='    maintenance: [{start: "2026-01-02T12:00", duration: 1h, timezone: UTC}]\n')
    total = np.full(3000, 100.0)
    for first, told in ((1440, 0), (1500, 2)):
        bad = np.zeros(3000)
        bad[first : first + 30] = 100
        past = history(bad, total)
        done = replay(made, past, Backend.DATADOG)
        assert len(done.episodes) == told, done.episodes
        assert done.total == (3000 - 60) * 100
        assert len(replay(slo(), past, Backend.DATADOG).episodes) == 2


def test_steps_that_are_partly_in_it_are_out() -> None:
    """A history that begins within a time, and one that begins after it."""
    (each,) = slo(more='    maintenance: [{start: "2026-01-01T11:59:30", duration: 2m, timezone: UTC}]\n').maintenance
    ones = np.ones(5)
    assert without(history(ones, ones), [each]).total.tolist() == [0, 0, 1, 1, 1]
    assert without(history(ones, ones, NOON + 120), [each]).total.tolist() == [1] * 5
    assert without(history(ones, ones), []).total.tolist() == [1] * 5
