"""An order is placed once a key, and everything that follows from it becomes true with it."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from sightline_orders.store import Line, Wish
from sightline_telemetry import traffic
from tests.support.service import TRAFFIC_KEY, require_problem

from .shop import GOOD, MUG

if TYPE_CHECKING:
    from .shop import Shop

BROKE = "4000000000009995"
ACCEPTED = {
    ("shop.checkout.started",): 1,
    ("shop.orders.placed", "accepted"): 1,
    ("shop.orders.revenue", "EUR"): 1980,
    ("shop.checkout.completed",): 1,
}


def test_an_accepted_order_its_message_and_its_numbers_are_true_together(shop: Shop) -> None:
    """One answer, one row, one message with the lines, and each KPI once."""
    answer = shop.buy()
    assert answer.status_code == 201
    assert answer.json["state"] == "accepted"
    assert answer.json["total"] == 1980
    assert shop.orders.client.get(f"/orders/{answer.json['id']}").json == answer.json
    [message] = shop.orders.rows("SELECT stream, fields FROM outbox")
    assert message["stream"] == "orders.placed"
    fields = json.loads(message["fields"])
    assert 0 <= time.time() - float(fields.pop("placed_at")) < 60
    assert fields == {"order_id": answer.json["id"], "cart_id": "c1", "lines": '[["mug", 2]]'}
    assert shop.orders.kpis() == ACCEPTED


def test_the_same_request_again_is_the_same_answer(shop: Shop) -> None:
    """The same key and body: the same order, even after the cart was closed; charged and counted once."""
    first = shop.buy()
    shop.fill(state="ordered")
    again = shop.buy(card="4242 4242-42424242")
    assert again.json == first.json
    assert shop.sums_charged() == 1
    assert shop.orders.kpis() == ACCEPTED


def test_a_key_belongs_to_one_request(shop: Shop) -> None:
    """The same key with another card or another cart is refused, and nothing more is charged."""
    shop.buy()
    shop.fill("c2")
    assert require_problem(shop.buy(cart_id="c2"), 422)["type"] == "/problems/key-reused"
    assert require_problem(shop.buy(card=BROKE), 422)["type"] == "/problems/key-reused"
    assert shop.sums_charged() == 1


def test_requests_at_once_are_one_order(shop: Shop) -> None:
    """Eight at once with one key: one order; whoever was not first is told it, or to wait."""
    ready = threading.Barrier(8)

    def ask(_: int) -> int:
        ready.wait()
        return int(shop.buy().status_code)

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(ask, range(8)))
    assert set(codes) <= {201, 409}
    assert 201 in codes
    assert shop.sums_charged() == 1
    assert shop.orders.kpis() == ACCEPTED


def test_a_cart_is_ordered_once_whatever_the_key(shop: Shop) -> None:
    """Two tabs that pay the same cart are one purchase: the second is told that the cart is closed."""
    ready = threading.Barrier(6)

    def ask(number: int) -> int:
        ready.wait()
        return int(shop.buy(f"k{number}").status_code)

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(ask, range(6)))
    assert sorted(codes) == [201] + [409] * 5
    assert require_problem(shop.buy("late"), 409)["type"] == "/problems/cart-closed"
    assert shop.sums_charged() == 1


def test_a_decline_is_final_and_the_customers(shop: Shop) -> None:
    """A 402 with the bank's reason, now and again; the cart may be paid with another card under another key."""
    refused = require_problem(shop.buy(card=BROKE), 402)
    assert (refused["type"], refused["reason"]) == ("/problems/card-declined", "insufficient_funds")
    assert require_problem(shop.buy(card=BROKE), 402)["order_id"] == refused["order_id"]
    assert shop.orders.kpis() == {("shop.checkout.started",): 1, ("shop.orders.placed", "rejected"): 1}
    assert shop.buy("k2").status_code == 201
    assert shop.orders.kpis()["shop.orders.placed", "accepted"] == 1


def test_what_is_charged_is_what_lay_in_the_cart(shop: Shop) -> None:
    """The sum is the lines' own, whatever the cart says it is."""
    shop.fill("c2", {**MUG, "quantity": 3}, {**MUG, "product_id": "pot", "price": 5990, "quantity": 1})
    shop.carts["c2"]["total"] = 1
    assert shop.buy(cart_id="c2").json["total"] == 3 * 990 + 5990
    assert shop.payment_peer.calls("POST")[0].body["amount"] == 3 * 990 + 5990


def test_the_kind_of_traffic_is_authentic(shop: Shop) -> None:
    """A customer who claims to be a load test counts as a customer; the real load test does not."""
    forged = traffic.mint("load", "guessed", 2_000_000_000)
    shop.buy(**{traffic.HEADER: forged})
    assert shop.orders.traffic() == {"customer"}
    assert traffic.HEADER not in shop.payment_peer.asked[-1].headers
    shop.fill("c2")
    real = traffic.mint("load", TRAFFIC_KEY, 4_000_000_000)
    shop.buy("k2", "c2", **{traffic.HEADER: real})
    assert shop.orders.traffic() == {"customer", "load"}
    passed_on = shop.payment_peer.asked[-1].headers[traffic.HEADER]
    assert traffic.verify(passed_on, TRAFFIC_KEY, 0) == "load"


def test_no_number_is_kept(shop: Shop) -> None:
    """Neither the database nor a line holds the card's number."""
    shop.buy(card="4242 4242 4242 4242")
    kept = b"".join(path.read_bytes() for path in shop.orders.settings.data.iterdir())
    assert b"order decided" in kept
    assert GOOD.encode() not in kept
    assert b"4242 4242" not in kept


@given(st.lists(st.tuples(st.integers(0, 10**8), st.integers(1, 99)), max_size=50))
def test_money_adds_up(lines: list[tuple[int, int]]) -> None:
    """A total is the exact sum of its lines in minor units: it grows by each line's price times its quantity."""
    wish = Wish("k", "f", "c", "EUR", tuple(Line(str(n), "x", *each) for n, each in enumerate(lines)))
    shorter = Wish("k", "f", "c", "EUR", wish.lines[:-1])
    assert isinstance(wish.total, int)
    assert wish.total - shorter.total == (lines[-1][0] * lines[-1][1] if lines else 0)
