"""Whatever is wrong with a request is a 4xx that says what; nothing is ordered and nothing breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.service import BAD_BODIES, BAD_TEXTS, require_problem

from .shop import GOOD

if TYPE_CHECKING:
    from .shop import Shop


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_refused(shop: Shop, name: str) -> None:
    """No broken body is a 5xx."""
    require_problem(shop.orders.client.post("/orders", headers={"Idempotency-Key": "k1"}, **BAD_BODIES[name]))


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "ключ".encode().decode("latin-1"), "a/b", "a'b", "\t"])
def test_a_bad_key_is_refused(shop: Shop, key: str) -> None:
    """An order without a usable key could be placed twice; so it is not placed."""
    assert require_problem(shop.buy(key), 400)["type"] == "/problems/no-key"


@pytest.mark.parametrize("member", ["cart_id", "card"])
def test_a_bad_text_is_refused(shop: Shop, member: str) -> None:
    """A member that is no text of its kind is named; a card is the payments' to judge."""
    body = {"cart_id": "c1", "card": GOOD}
    for name, value in BAD_TEXTS.items():
        if member == "card" and name in {"path", "SQL"}:
            continue
        headers = {"Idempotency-Key": "k1"}
        problem = require_problem(
            shop.orders.client.post("/orders", json={**body, member: value}, headers=headers), 422
        )
        assert problem["member"] == member
    assert shop.payment_peer.asked == []


def test_a_card_that_is_none_is_the_customers_mistake(shop: Shop) -> None:
    """The payments refuse the number: a 422 that names the card, nothing placed, and another card can be tried."""
    shop.payment_peer.answer = lambda _: (422, {"type": "/problems/invalid", "status": 422})
    assert require_problem(shop.buy(card="1234"), 422)["member"] == "card"
    shop.payment_peer.answer = shop.on_payment
    assert shop.buy("k2").status_code == 201


def test_a_cart_that_cannot_be_ordered(shop: Shop) -> None:
    """No such cart and an empty one are a 422, a closed one a 409; nothing is charged."""
    shop.fill("given", state="abandoned")
    shop.carts["empty"] = {"id": "empty", "state": "open", "items": [], "currency": "EUR"}
    require_problem(shop.buy(cart_id="none"), 422)
    require_problem(shop.buy(cart_id="empty"), 422)
    require_problem(shop.buy(cart_id="given"), 409)
    assert shop.payment_peer.asked == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/orders", 405),
        ("DELETE", "/orders/abc", 405),
        ("GET", "/orders/none", 404),
        ("GET", "/orders/%00", 404),
        ("GET", "/orders/%f0%28%8c", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/admin/faults", 401),
    ],
)
def test_a_bad_request_line_is_refused(shop: Shop, method: str, path: str, status: int) -> None:
    """A wrong method, an unknown route and an impossible id have their own answers."""
    answer = shop.orders.client.open(path, method=method)
    require_problem(answer, status)
    assert ("Allow" in answer.headers) == (status == 405)
