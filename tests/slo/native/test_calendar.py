"""Calendars that PromQL has no arithmetic for, written out: a real Prometheus against dateutil."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from sightline_slo.backends.prometheus_calendar import active, reason, until
from sightline_slo.recurrence import occurrences
from tests.slo.alarming import slo
from tests.slo.status.prometheus import serving

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_slo.model import Maintenance

STEP_S, POINTS, MARGIN_S = 600, 3600, 300


def calendar(rule: str, zone: str) -> tuple[Maintenance, ...]:
    when = f'start: "2026-01-05T02:30", duration: 50m, timezone: {zone}, rrule: "{rule}"'
    return slo(more=f"    maintenance: [{{{when}}}]\n").maintenance


@pytest.mark.slow
def test_what_is_written_out_is_the_calendar(tmp_path: Path) -> None:
    """Over the beginnings and ends of summer time, before the first time, and years later."""
    with serving(tmp_path, "# TYPE x gauge\nx 1 1\n# EOF\n") as address:
        for rule, zone in (
            ("FREQ=DAILY", "Europe/Rome"),
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "America/New_York"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "Europe/London"),
            ("FREQ=DAILY;BYDAY=MO,WE", "Australia/Sydney"),
            ("FREQ=MONTHLY;BYDAY=1SU", "Europe/Rome"),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "UTC"),
            ("FREQ=DAILY;COUNT=100", "Europe/Rome"),
        ):
            made = calendar(rule, zone)
            for day in ("2025-12-28", "2026-03-10", "2026-10-10", "2032-03-10", "2035-10-10"):
                begin = int(dt.datetime.fromisoformat(f"{day}T00:00+00:00").timestamp())
                assert _asked(address, active(made, MARGIN_S), begin) == _expected(made[0], begin), (rule, zone, day)


def _asked(address: str, query: str, begin: int) -> set[int]:
    fields = {"query": query, "start": begin, "end": begin + STEP_S * POINTS, "step": STEP_S}
    with urlopen(f"{address}/api/v1/query_range", urlencode(fields).encode(), timeout=30) as response:  # noqa: S310 - our own address
        result = json.load(response)["data"]["result"]
    assert {float(value) for each in result for _, value in each["values"]} <= {1.0}
    return {int(second) for each in result for second, _ in each["values"]}


def _expected(each: Maintenance, begin: int) -> set[int]:
    moments = range(begin, begin + STEP_S * POINTS + 1, STEP_S)
    length = each.duration_s + MARGIN_S
    found: set[int] = set()
    for start in occurrences(each, begin - length, moments[-1] + 1):
        found |= {moment for moment in range(-(-start // STEP_S) * STEP_S, start + length, STEP_S) if moment in moments}
    return found


@pytest.mark.parametrize(
    ("rule", "zone", "day"),
    [
        ("FREQ=WEEKLY", "UTC", None),
        ("FREQ=DAILY", "Asia/Tokyo", None),
        ("FREQ=DAILY;COUNT=100", "Europe/Rome", None),
        ("FREQ=DAILY", "Europe/Rome", "2036-01-05"),
        ("FREQ=MONTHLY;BYDAY=1SU", "UTC", "2036-01-05"),
    ],
)
def test_until_when_it_is_written_is_told(rule: str, zone: str, day: str | None) -> None:
    """A rule that ends, or that is arithmetic, holds for good."""
    (each,) = calendar(rule, zone)
    assert reason(each) is None
    assert (until(each) or (None, None))[1] == day


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=YEARLY;BYDAY=MO,TU,WE;BYHOUR=1,5,9,13"])
def test_what_comes_too_often_is_not_said(rule: str) -> None:
    """A rule of thousands of terms is none that anybody loads."""
    (each,) = calendar(rule, "Europe/Rome")
    assert "too often" in (reason(each) or "")
