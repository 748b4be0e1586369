"""Downtimes that come again: when they mute, and what the API says of the current time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from sightline_local.api.downtime_times import active, stretch
from sightline_local.api.downtimes import status

from . import examples
from .vendor_calls import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kit import Running

DAY, HOUR = 86_400, 3_600
FIRST = int(dt.datetime(2030, 1, 1, 22, tzinfo=dt.UTC).timestamp())


def newer(*recurrences: tuple[str, str, str], zone: str = "UTC") -> dict[str, Any]:
    rules = [{"start": start, "rrule": rule, "duration": duration} for start, rule, duration in recurrences]
    return {"start": FIRST, "end": None, "canceled": None, "schedule": {"timezone": zone, "recurrences": rules}}


NIGHTLY = newer(("2030-01-01T22:00:00", "FREQ=DAILY;COUNT=3", "2h"))


@pytest.mark.parametrize(
    ("at", "begin", "state"),
    [
        (FIRST - 9 * DAY, FIRST, "scheduled"),
        (FIRST + HOUR, FIRST, "active"),
        (FIRST + 2 * HOUR, FIRST + DAY, "scheduled"),
        (FIRST + DAY, FIRST + DAY, "active"),
        (FIRST + 90 * DAY, FIRST + 2 * DAY, "ended"),
    ],
)
def test_the_current_time_is_this_one_else_the_next_else_the_last(at: int, begin: int, state: str) -> None:
    """Of three nights of two hours: it mutes in them and not between them."""
    assert stretch(NIGHTLY, at) == (begin, begin + 2 * HOUR)
    assert (status(NIGHTLY, at), active(NIGHTLY, at)) == (state, state == "active")


def test_of_several_recurrences_the_nearest_counts() -> None:
    """One of every day and one of every week, on the clock of their zone."""
    both = newer(
        ("2030-01-01T22:00:00", "FREQ=DAILY", "1h"), ("2030-01-02T12:00:00", "FREQ=WEEKLY", "1w"), zone="Europe/Paris"
    )
    noon = FIRST + 13 * HOUR
    assert stretch(both, FIRST + HOUR) == (noon, noon + 7 * DAY)


@pytest.mark.parametrize(
    ("recurrence", "begin"),
    [
        ({"type": "days", "period": 2}, FIRST + 4 * DAY),
        ({"type": "weeks", "period": 1, "week_days": ["Thu", "Sun"]}, FIRST + 5 * DAY),
        ({"type": "rrule", "rrule": "FREQ=MONTHLY;BYMONTHDAY=9"}, FIRST + 8 * DAY),
        ({"type": "days", "period": 1, "until_occurrences": 2}, FIRST + DAY),
        ({"type": "days", "period": 1, "until_date": FIRST + 2 * DAY}, FIRST + 2 * DAY),
    ],
)
def test_the_older_form_comes_again_too(recurrence: dict[str, Any], begin: int) -> None:
    """Its end says how long each time lasts; asked on the fifth day, before ten in the evening."""
    body = {"start": FIRST, "end": FIRST + HOUR, "canceled": None, "timezone": "UTC", "recurrence": recurrence}
    assert stretch(body, FIRST + 4 * DAY - 1) == (begin, begin + HOUR)


@pytest.fixture(scope="module")
def vendor(backend: Running) -> Iterator[Client]:
    client = Client(backend.addresses["api"])
    yield client
    client.close()


def schedule(*recurrences: Any) -> dict[str, Any]:
    body = examples.downtime_v2()
    body["data"]["attributes"]["schedule"] = {"timezone": "America/New_York", "recurrences": list(recurrences)}
    return body


def test_the_api_tells_the_current_time(vendor: Client) -> None:
    """As recorded: beside the recurrences, which begin now where they do not say when; a cancelled one keeps it."""
    later = {"duration": "1d", "rrule": "FREQ=DAILY;INTERVAL=1", "start": "2042-07-13T01:02:03"}
    made = vendor("v2", "create_downtime", schedule(later)).data
    # The vendor's tables of zones end in 2037: in its summer of 2042 New York has winter time.
    assert made.attributes.schedule.current_downtime.start == dt.datetime(2042, 7, 13, 6, 2, 3, tzinfo=dt.UTC)
    assert str(made.attributes.status) == "scheduled"
    soon = schedule({"duration": "90m", "rrule": "FREQ=DAILY"})
    now = vendor("v2", "create_downtime", soon).data
    current = now.attributes.schedule.current_downtime
    assert (str(now.attributes.status), current.end - current.start) == ("active", dt.timedelta(minutes=90))
    vendor("v2", "cancel_downtime", downtime_id=now.id)
    gone = vendor("v2", "get_downtime", downtime_id=now.id).data.attributes
    assert (str(gone.status), gone.schedule.current_downtime.start) == ("canceled", current.start)
    vendor("v2", "cancel_downtime", downtime_id=made.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration": "1y"}, {"duration": ""}, {"rrule": "FREQ=NEVER"}, {"rrule": "FREQ=DAILY;INTERVAL=0"}, {"rrule": 5},
        {"start": "soon"}, {"start": "9999-12-31T23:59:59"}, {"start": "1000-01-01T00:00:00"},
    ],
)  # fmt: skip
def test_a_recurrence_that_cannot_be_followed_is_refused(backend: Running, wrong: dict[str, Any]) -> None:
    """400 with a reason; also no recurrence at all, and more than the vendor has."""
    good = {"duration": "1d", "rrule": "FREQ=DAILY", "start": "2042-07-13T01:02:03"}
    for recurrences in ([{**good, **wrong}], [], [good] * 6, ["x"]):
        answer = backend.send("api", "POST", "/api/v2/downtime", orjson.dumps(schedule(*recurrences)))
        assert (answer.status, bool(orjson.loads(answer.data)["errors"])) == (400, True)
