"""One checkout: cart, claim, payment, decision. Each step may be repeated without harm."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from sightline_orders.store import Line, Order, Store, Wish
from sightline_service.problems import Problem, invalid, unavailable
from sightline_telemetry import HttpClientError, get_logger, set_attribute

if TYPE_CHECKING:
    from sightline_telemetry import HttpClient

PAYMENT_TIMEOUT_S = 4.0
_log = get_logger(__name__)


class Checkout:
    """Turns carts into orders.

    Args:
        store: of the orders.
        http: calls the peers.
        cart_url, payments_url: the peers.
    """

    def __init__(self, store: Store, http: HttpClient, cart_url: str, payments_url: str) -> None:
        self._store = store
        self._http = http
        self._cart_url = cart_url
        self._payments_url = payments_url

    def run(self, key: str, cart_id: str, card: str) -> Order:
        """Place the order, or return what was decided under the key.

        Raises:
            Problem: the cart cannot be ordered, another request works on it, or the system failed (503, 504).
        """
        # A stored number would be a card at rest: only the hash with the key is kept.
        fingerprint = hashlib.sha256(f"{key}\n{cart_id}\n{card}".encode()).hexdigest()
        decided = self._store.by_key(key, fingerprint)
        if decided is not None and decided.decided:
            _log.info("order answered again", order=decided.id, state=decided.state)
            return decided
        order = self._store.claim(self._wish(key, fingerprint, cart_id))
        if order.decided:
            return order
        set_attribute("order.id", order.id)
        return self._pay(order, card)

    def _wish(self, key: str, fingerprint: str, cart_id: str) -> Wish:
        answer = self._http.get(f"{self._cart_url}/carts/{cart_id}")
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
        return Wish(key, fingerprint, cart_id, cart["total"], cart["currency"], lines)

    def _pay(self, order: Order, card: str) -> Order:
        # The order's id is the payment's key: whoever asks again for this order never pays twice.
        wanted = {"key": order.id, "amount": order.total, "currency": order.currency, "card": card}
        try:
            answer = self._http.post(f"{self._payments_url}/payments", json=wanted, timeout_s=PAYMENT_TIMEOUT_S)
        except HttpClientError as error:
            reason = "timeout" if error.timeout else "unreachable"
            self._store.fail(order, reason)
            status = 504 if error.timeout else 503
            raise _payment_failed(status, reason) from error
        if answer.status == 422:
            self._store.fail(order, "invalid_card")
            raise invalid("`card` is not a card's number.", member="card")
        if not answer.ok:
            self._store.fail(order, "processor_error")
            raise _payment_failed(503, "processor_error")
        payment = answer.json()
        if payment["status"] == "declined":
            _log.info("order rejected", order=order.id, reason=payment["reason"])
            return self._store.reject(order, payment["reason"])
        lines = [[each.product_id, each.quantity] for each in self._store.lines(order.id)]
        fields = {"order_id": order.id, "cart_id": order.cart_id, "lines": json.dumps(lines)}
        _log.info("order accepted", order=order.id, total=order.total, currency=order.currency)
        return self._store.accept(order, fields)


def _payment_failed(status: int, reason: str) -> Problem:
    return Problem(
        status, "payment-failed", "The payment could not be processed", "Nothing was charged.", reason=reason
    )
