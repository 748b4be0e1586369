"""Whatever happens between charge and order: no order is lost, no card is charged twice, the outcome becomes known."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from sightline_orders import payment
from sightline_orders.payment import Payments
from sightline_orders.settle import Settler
from sightline_orders.store import CLAIM_S, Line, Store, Wish
from sightline_service.database import Database
from sightline_service.problems import Problem
from sightline_telemetry import active, traffic
from tests.support.service import TRAFFIC_KEY, require_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .shop import Shop


class Clock:
    """Turned by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settler(shop: Shop, clock: Clock) -> Iterator[Settler]:
    """A settler on the shop's own database, whose clock is far in the future: every claim has run out."""
    database = Database(shop.orders.settings.database_url)
    clock.now = 4_000_000_000.0
    yield Settler(Store(database, clock), Payments(active().http, shop.payment_peer.url))
    database.dispose()


def test_a_failed_payment_charges_nothing_and_may_be_tried_again(shop: Shop) -> None:
    """A 503 that says so; the same key later is a new payment, one order, one charge."""
    shop.trouble = "failed"
    failed = require_problem(shop.buy(), 503)
    assert (failed["type"], failed["reason"]) == ("/problems/payment-failed", "processor_error")
    assert shop.orders.kpis() == {("shop.checkout.started",): 1}
    shop.trouble = ""
    assert shop.buy().status_code == 201
    keys = [call.body["key"] for call in shop.payment_peer.calls("POST")]
    assert len(set(keys)) == 2
    assert shop.sums_charged() == 1
    assert shop.orders.kpis()["shop.checkout.started",] == 1


def test_a_charge_whose_answer_was_lost_is_an_order(shop: Shop) -> None:
    """The connection broke after the charge: the orders ask, learn that it was made, and accept."""
    shop.trouble = "late"
    answer = shop.buy()
    assert (answer.status_code, answer.json["state"]) == (201, "accepted")
    assert shop.sums_charged() == 1
    assert len(shop.payment_peer.calls("DELETE")) == 1


def test_a_payment_that_never_arrived_is_called_off(shop: Shop) -> None:
    """The connection broke before the charge: it is called off, so that it cannot be charged later either."""
    shop.trouble = "lost"
    failed = require_problem(shop.buy(), 503)
    assert (failed["type"], failed["reason"]) == ("/problems/payment-failed", "unreachable")
    assert list(shop.charged.values()) == ["cancelled"]
    shop.trouble = ""
    assert shop.buy().status_code == 201
    assert shop.sums_charged() == 1


def test_a_payment_that_takes_too_long_is_called_off(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A 504 that says that nothing was charged, and nothing is."""
    monkeypatch.setattr(payment, "PAY_TIMEOUT_S", 0.2)
    held = threading.Event()
    answer = shop.on_payment
    shop.payment_peer.answer = lambda asked: (held.wait(1.0 if asked.method == "POST" else 0), answer(asked))[1]
    failed = require_problem(shop.buy(), 504)
    assert (failed["type"], failed["reason"]) == ("/problems/payment-failed", "timeout")
    held.wait(1.2)
    assert list(shop.charged.values()) == ["cancelled"]


def test_an_answer_that_is_none_is_asked_about(shop: Shop) -> None:
    """A proxy's error page says nothing about the charge; the payments are asked."""
    shop.trouble = "broken"
    assert require_problem(shop.buy(), 503)["type"] == "/problems/payment-failed"
    assert len(shop.payment_peer.calls("DELETE")) == 1


def test_an_unknown_outcome_is_said_to_be_unknown(shop: Shop) -> None:
    """While the payments are gone nobody claims that nothing was charged; the order waits, and so does its cart."""
    shop.trouble = "gone"
    problem = require_problem(shop.buy(), 503)
    assert problem["type"] == "/problems/payment-unknown"
    assert shop.orders.rows("SELECT state FROM shop_order") == [{"state": "pending"}]
    assert require_problem(shop.buy("k2"), 409)["type"] == "/problems/in-progress"


@pytest.mark.parametrize("before", ["late", "lost"])
def test_the_same_key_again_finds_out(shop: Shop, before: str) -> None:
    """Asked again when the payments are back, it is one charge and one order, whether it was charged before or not."""
    shop.trouble = before
    paid = shop.on_payment
    shop.payment_peer.answer = lambda asked: (paid(asked), (0, None))[1] if asked.method == "POST" else (0, None)
    require_problem(shop.buy(), 503)
    assert shop.sums_charged() == (1 if before == "late" else 0)
    shop.trouble, shop.payment_peer.answer = "", paid
    assert shop.buy().status_code == 201
    assert shop.sums_charged() == 1
    assert shop.orders.kpis()["shop.orders.placed", "accepted"] == 1


@pytest.mark.parametrize(("charged", "state"), [("authorised", "accepted"), ("", "failed"), ("declined", "rejected")])
def test_what_nobody_asks_for_again_is_settled(shop: Shop, settler: Settler, charged: str, state: str) -> None:
    """The customer went away without an answer: the order becomes what its payment was, with message and numbers."""
    shop.trouble = "gone"
    shop.buy(**{traffic.HEADER: traffic.mint("synthetic", TRAFFIC_KEY, 4_100_000_000)})
    [order] = shop.orders.rows("SELECT id FROM shop_order")
    if charged:
        shop.charged[f"{order['id']}-1"] = charged
    shop.trouble = ""
    assert settler.sweep() == 1
    assert shop.orders.rows("SELECT state FROM shop_order") == [{"state": state}]
    assert len(shop.orders.rows("SELECT * FROM outbox")) == (1 if state == "accepted" else 0)
    assert shop.orders.kpis()["shop.orders.placed", state] == (0 if state == "failed" else 1)
    assert shop.orders.traffic() == {"synthetic"}
    assert settler.sweep() == 0


def test_settling_waits_for_the_payments(shop: Shop, settler: Settler, clock: Clock) -> None:
    """While they are gone nothing is decided, and nothing forgotten."""
    shop.trouble = "gone"
    shop.buy()
    assert settler.sweep() == 0
    assert shop.orders.rows("SELECT state FROM shop_order") == [{"state": "pending"}]
    shop.trouble = ""
    clock.now += CLAIM_S + 1
    assert settler.sweep() == 1


def test_a_database_that_fails_after_the_charge_loses_no_order(
    shop: Shop, settler: Settler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The charge is made, the order cannot be written: a 503, and as soon as it can be written it is accepted."""
    with monkeypatch.context() as patch:

        def broken(*_: object) -> None:
            raise OperationalError("UPDATE", {}, Exception("disk full"))

        patch.setattr(Store, "accept", broken)
        require_problem(shop.buy(), 503)
    assert shop.sums_charged() == 1
    assert require_problem(shop.buy(), 409)["type"] == "/problems/in-progress"
    assert settler.sweep() == 1
    assert shop.buy().json["state"] == "accepted"
    assert shop.sums_charged() == 1


def test_a_request_that_died_is_taken_over(shop: Shop, clock: Clock) -> None:
    """After the claim has run out, the same key goes on with the same payment."""
    database = Database(shop.orders.settings.database_url)
    store = Store(database, clock)
    wish = Wish("k1", "f" * 64, "c1", "EUR", (Line("mug", "Mug", 990, 2),))
    begun = store.claim(wish)  # and then it died
    clock.now += CLAIM_S - 1
    with pytest.raises(Problem, match="in progress"):
        store.claim_again(begun)
    clock.now += 2
    assert store.claim_again(begun).payment_key == begun.payment_key
    with pytest.raises(Problem, match="in progress"):
        store.claim(wish)
    database.dispose()


def test_a_cart_that_is_away_is_no_order(shop: Shop) -> None:
    """Without the cart there is nothing to charge: a 503, and no trace of an order."""
    shop.cart_peer.answer = lambda _: (0, None)
    assert require_problem(shop.buy(), 503)["type"] == "/problems/peer-unavailable"
    shop.cart_peer.answer = lambda _: (500, {})
    require_problem(shop.buy(), 503)
    assert shop.orders.rows("SELECT * FROM shop_order") == []
