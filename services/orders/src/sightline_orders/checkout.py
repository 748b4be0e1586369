"""One checkout: cart, claim, payment, decision. Each step may be repeated without harm."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from sightline_orders.store import Line, Order, Store, Wish
from sightline_orders.tables import FAILED, PENDING
from sightline_service.problems import Problem, invalid, unavailable
from sightline_telemetry import get_logger, set_attribute

if TYPE_CHECKING:
    from sightline_orders.payment import Ending, Payments
    from sightline_telemetry import HttpClient

CART_TIMEOUT_S = 2.0
_log = get_logger(__name__)


class Checkout:
    """Turns carts into orders.

    Args:
        store: of the orders.
        http: calls the carts.
        cart_url: where they are.
        payments: charges.
        secret: keys the fingerprints.
    """

    def __init__(self, store: Store, http: HttpClient, cart_url: str, payments: Payments, secret: str) -> None:
        self._store = store
        self._http = http
        self._cart_url = cart_url
        self._payments = payments
        self._secret = secret

    def run(self, key: str, cart_id: str, card: str) -> Order:
        """Place the order, or return what was decided under the key.

        Raises:
            Problem: the cart cannot be ordered, another request works on it, or the system failed (503, 504).
        """
        # A stored number would be a card at rest, and a bare hash of one is soon guessed.
        told = f"{key}\n{cart_id}\n{card}".encode()
        fingerprint = hmac.new(self._secret.encode(), told, hashlib.sha256).hexdigest()
        begun = self._store.by_key(key, fingerprint)
        if begun is None:
            order = self._store.claim(self._wish(key, fingerprint, cart_id))
        elif begun.decided:
            order = begun
        else:
            order = self._store.claim_again(begun)
        set_attribute("order.id", order.id)
        if order.decided:
            _log.info("order answered again", order=order.id, state=order.state)
            return order
        return conclude(self._store, order, self._payments.pay(order, card))

    def _wish(self, key: str, fingerprint: str, cart_id: str) -> Wish:
        answer = self._http.get(f"{self._cart_url}/carts/{cart_id}", timeout_s=CART_TIMEOUT_S)
        if answer.status == 404:
            raise invalid("There is no such cart.", member="cart_id")
        if not answer.ok:
            raise unavailable("The cart", f"It answered {answer.status}.")
        cart = answer.json()
        if cart["state"] != "open":
            raise Problem(409, "cart-closed", "The cart is closed", f"It was {cart['state']}.")
        if not cart["items"]:
            raise invalid("The cart is empty.", member="cart_id")
        lines = tuple(Line(item["product_id"], item["name"], item["price"], item["quantity"]) for item in cart["items"])
        return Wish(key, fingerprint, cart_id, cart["currency"], lines)


def conclude(store: Store, order: Order, ending: Ending) -> Order:
    """Decide an order by how its payment ended.

    Raises:
        Problem: nothing was charged (`payment-failed`), or nobody knows yet (`payment-unknown`).
    """
    if ending.kind == "unknown":
        store.release(order)
        detail = "It is not known yet whether the card was charged. Ask again with the same key: it is charged once."
        raise Problem(
            504 if ending.reason == "timeout" else 503,
            "payment-unknown",
            "The payment has not been confirmed",
            detail,
            headers={"Retry-After": "2"},
            reason=ending.reason,
        )
    if ending.kind == "authorised":
        decided = store.accept(order)
    elif ending.kind == "declined":
        decided = store.reject(order, ending.reason)
    else:
        decided = store.fail(order, ending.reason or "invalid_card")
    _log.info("order decided", order=order.id, state=decided.state, reason=decided.reason, total=order.total)
    if decided.state == PENDING:
        raise Problem(409, "in-progress", "In progress", "Another request with this key is in progress.")
    if decided.state == FAILED and ending.kind == "invalid":
        raise invalid("`card` is not a card's number.", member="card")
    if decided.state == FAILED:
        raise Problem(
            504 if decided.reason == "timeout" else 503,
            "payment-failed",
            "The payment could not be processed",
            "Nothing was charged.",
            reason=decided.reason,
        )
    return decided
