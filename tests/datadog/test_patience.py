"""Waiting is arithmetic: what a header says, what the dice say, what a limit has left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_datadog.budget import Budget
from sightline_datadog.patience import Patience, asked_wait

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": "2"}, 2.0),
        ({"x-ratelimit-reset": "2.5"}, 2.5),
        ({"x-rate-limit-reset": "3"}, 3.0),
        ({"x-ratelimit-reset": str(int(NOW) + 4)}, 4.0),
        ({"x-ratelimit-reset": f"{NOW + 0.25}"}, 0.25),
        ({"x-ratelimit-reset": str(int(NOW) - 4)}, 0.0),
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:06 GMT"}, 6.0),
        ({"x-ratelimit-reset": "soon", "retry-after": "7"}, 7.0),
        ({"x-ratelimit-reset": "nan"}, None),
        ({"x-ratelimit-reset": "inf"}, None),
        ({"retry-after": "Fri, 99 Foo"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_in_every_form_that_was_seen(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, fractions, the epoch, a date; what cannot be read says nothing."""
    assert asked_wait(headers, NOW) == seconds


@given(st.text(max_size=30), st.floats(0, 4e9))
def test_no_header_crashes_or_asks_for_the_past(text: str, now: float) -> None:
    """Whatever a proxy writes there, it is nothing or a wait."""
    for name in ("x-ratelimit-reset", "retry-after"):
        wait = asked_wait({name: text}, now)
        assert wait is None or wait >= 0


@given(st.integers(1, 12), st.floats(0, 1, exclude_max=True))
def test_the_backoff_grows_is_capped_and_is_never_nothing(attempt: int, dice: float) -> None:
    """It is between half and all of a time that doubles up to the longest."""
    whole = min(2.0 ** (attempt - 1), 90.0)
    assert whole / 2 <= Patience(dice=lambda: dice).backoff(attempt) <= whole


@pytest.mark.parametrize(
    ("method", "status", "repeated"),
    [
        ("GET", 502, True),
        ("PUT", 512, True),
        ("DELETE", 503, True),
        ("POST", 502, False),
        ("PATCH", 512, False),
        ("POST", 429, True),
        ("GET", 404, False),
        ("GET", 200, False),
    ],
)
def test_only_what_may_be_done_twice_is_repeated(method: str, status: int, *, repeated: bool) -> None:
    """A 429 was not done, whatever it was; what broke may have been."""
    assert (Patience().pause(method, status, {}, 1, NOW) is not None) is repeated
    assert Patience(attempts=3).pause(method, status, {}, 3, NOW) is None


def test_no_wait_is_longer_than_the_longest() -> None:
    """An hour that a header asks for ends the run instead, after some tries."""
    assert Patience(longest_s=90).pause("GET", 429, {"x-ratelimit-reset": "3600"}, 1, NOW) == 90


def limit(left: int, reset: float, name: str = "dashboards") -> dict[str, str]:
    return {"x-ratelimit-remaining": str(left), "x-ratelimit-reset": str(reset), "x-ratelimit-name": name}


def test_a_budget_is_spent_by_name_and_returns_with_the_period() -> None:
    """Two routes of one name share it; after the reset nobody waits."""
    clock = [NOW]
    budget = Budget(lambda: clock[0])
    assert budget.take("GET", "/api/v1/dashboard/a-b-c") == 0
    budget.learn("GET", "/api/v1/dashboard/a-b-c", limit(2, 30))
    budget.learn("PUT", "/api/v1/dashboard/a-b-c", limit(2, 30))
    assert [budget.take("GET", "/api/v1/dashboard/d-e-f"), budget.take("PUT", "/api/v1/dashboard/d-e-f")] == [0, 0]
    assert budget.take("GET", "/api/v1/dashboard/g-h-i") == 30
    assert budget.take("GET", "/api/v1/dashboard") == 0, "the list has a limit of its own, of which nobody told"
    clock[0] += 30
    assert budget.take("GET", "/api/v1/dashboard/g-h-i") == 0


def test_answers_that_overtook_one_another_do_not_fill_the_budget() -> None:
    """Within a period the least that was told holds, though a later answer says more."""
    budget = Budget(lambda: NOW)
    for left in (1, 5):
        budget.learn("GET", "/api/v1/slo", limit(left, 20))
    assert [budget.take("GET", "/api/v1/slo") for _ in range(2)] == [0, 20]
