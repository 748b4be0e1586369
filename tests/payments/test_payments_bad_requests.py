"""Whatever is wrong with a request is a 4xx that says what; nothing is charged and nothing breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_payments.cards import is_card
from tests.support.service import BAD_BODIES, BAD_TEXTS, TOKEN, require_problem

if TYPE_CHECKING:
    from tests.support.service import Service

WANTED = {"key": "k1", "amount": 1980, "currency": "EUR", "card": "4242424242424242"}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_refused(payments: Service, name: str) -> None:
    """No broken body is a 5xx."""
    require_problem(payments.client.post("/payments", **BAD_BODIES[name]))


@pytest.mark.parametrize("member", ["key", "card", "currency"])
def test_a_bad_text_is_refused(payments: Service, member: str) -> None:
    """A member that is no text of its kind is named, and nothing is charged."""
    for value in BAD_TEXTS.values():
        problem = require_problem(payments.client.post("/payments", json={**WANTED, member: value}), 422)
        assert problem["member"] == member
    assert payments.rows("SELECT * FROM payment") == []


@pytest.mark.parametrize("amount", [0, -1, 1.5, 10**12, 10**400, True, "1980", None, float("nan"), float("inf"), [1]])
def test_money_is_a_whole_number_of_minor_units(payments: Service, amount: Any) -> None:
    """No fraction, no negative, no text, no number beyond a shop's."""
    require_problem(payments.client.post("/payments", json={**WANTED, "amount": amount}), 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/payments", 405),
        ("PUT", "/payments/k1", 405),
        ("GET", "/payments/none", 404),
        ("GET", "/payments/%00", 404),
        ("GET", "/payments/%ff%fe", 404),
        ("GET", "/payments/" + "x" * 65, 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/payments/a%27b", 404),
        ("GET", "/admin/faults", 401),
    ],
)
def test_a_bad_request_line_is_refused(payments: Service, method: str, path: str, status: int) -> None:
    """A wrong method, an unknown route and an impossible id have their own answers."""
    require_problem(payments.client.open(path, method=method), status)


def test_the_switches_are_off_and_named(payments: Service) -> None:
    """An admin sees the switches, all off; one that is not there is a 404 that lists them."""
    admin = {"Authorization": f"Bearer {TOKEN}"}
    found = payments.client.get("/admin/faults", headers=admin)
    assert found.json == {"faults": {"failing_payment": None, "slow_payment": None}}
    problem = require_problem(payments.client.put("/admin/faults/fire", headers=admin), 404)
    assert "failing_payment" in problem["detail"]


@given(st.from_regex(r"[0-9]{11,18}", fullmatch=True))
def test_one_check_digit_makes_a_card(start: str) -> None:
    """Of the ten ways to end a number, exactly one passes the Luhn check."""
    assert sum(is_card(start + digit) for digit in "0123456789") == 1


@given(st.text(max_size=24))
def test_what_is_no_ascii_digit_is_no_card(text: str) -> None:
    """Only 12 to 19 ASCII digits can be a card: `٤` is a digit to Python and none to a bank."""
    if is_card(text):
        assert text.isascii()
        assert text.isdigit()
        assert 12 <= len(text) <= 19
