"""The shop's JSON API as `shopper.Shop` sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from sightline_synthetics.load.shopper import Checkout, Ending
from sightline_synthetics.load.visits import Card

if TYPE_CHECKING:
    from collections.abc import Sequence

CARDS = {
    Card.GOOD: "4242424242424242",
    Card.INSUFFICIENT_FUNDS: "4000000000009995",
    Card.EXPIRED: "4000000000000069",
    Card.FRAUD: "4100000000000019",
}
"""The payment provider's test cards."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the shop; `status` 0 = none came. `body` is its JSON object, empty for anything else."""

    status: int
    body: dict[str, Any]
    trace_id: str = ""

    @classmethod
    def of(cls, status: int, text: str | None, traceparent: str) -> Answer:
        """Read an answer; `traceparent` is what the request carried."""
        try:
            body = json.loads(text or "{}")
        except (ValueError, RecursionError):
            body = {}
        parts = traceparent.split("-")
        return cls(status, body if isinstance(body, dict) else {}, parts[1] if len(parts) == 4 else "")

    @property
    def ok(self) -> bool:
        """Whether it is what was asked for."""
        return 200 <= self.status < 400

    @property
    def failed(self) -> bool:
        """Whether the shop failed; a declined card (402) is an answer."""
        return not self.ok and self.status != 402

    @property
    def problem(self) -> str:
        """The kind of problem that the shop names."""
        return str(self.body.get("type", "")).rsplit("/", 1)[-1]


class Send(Protocol):
    """Sends a request under a name for statistics."""

    def __call__(self, method: str, path: str, *, name: str, json: object = None, headers: dict[str, str]) -> Answer:
        """Send, and return what came back."""
        ...


def shop_for(send: Send) -> JsonShop:
    """Return the shop behind `send`."""
    return JsonShop(send)


class JsonShop:
    """One customer's way into the shop."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def home(self) -> bool:
        """Open the first page."""
        return self._send("GET", "/", name="/", headers={"accept": "text/html"}).ok

    def products(self, term: str | None) -> Sequence[str] | None:
        """List the products."""
        query = f"?q={quote(term)}" if term else ""
        answer = self._send("GET", f"/api/products{query}", name="/api/products", headers={})
        found = answer.body.get("products")
        if not answer.ok or not isinstance(found, list):
            return None
        return [str(item["id"]) for item in found if isinstance(item, dict) and "id" in item]

    def look(self, product: str) -> bool:
        """Open one product."""
        path = f"/api/products/{quote(product, safe='')}"
        return self._send("GET", path, name="/api/products/[id]", headers={}).ok

    def new_cart(self) -> str | None:
        """Take a cart."""
        answer = self._send("POST", "/api/carts", name="/api/carts", headers={})
        return str(answer.body["id"]) if answer.ok and "id" in answer.body else None

    def add(self, cart: str, product: str, quantity: int) -> bool:
        """Put something in."""
        wanted = {"product_id": product, "quantity": quantity}
        path = f"/api/carts/{quote(cart, safe='')}/items"
        return self._send("POST", path, name="/api/carts/[id]/items", json=wanted, headers={}).ok

    def empty(self, cart: str) -> bool:
        """Give the cart back."""
        path = f"/api/carts/{quote(cart, safe='')}"
        return self._send("DELETE", path, name="/api/carts/[id]", headers={}).ok

    def checkout(self, cart: str, card: Card, key: str) -> Checkout:
        """Pay. What the shop says about the payment is an ending; any other failure leaves the order unknown."""
        wanted = {"cart_id": cart, "card": CARDS[card]}
        answer = self._send(
            "POST", "/api/checkout", name="/api/checkout", json=wanted, headers={"idempotency-key": key}
        )
        order, total = answer.body.get("id"), answer.body.get("total")
        # A page of some proxy is a 200, too, and nothing was bought by it.
        if answer.ok and isinstance(order, str) and isinstance(total, int):
            currency = str(answer.body.get("currency", ""))
            return Checkout(Ending.ACCEPTED, order=order, total=total, currency=currency, trace_id=answer.trace_id)
        reason = str(answer.body.get("reason") or answer.problem or answer.status)
        endings = {"card-declined": Ending.DECLINED, "payment-failed": Ending.FAILED}
        return Checkout(endings.get(answer.problem, Ending.UNKNOWN), reason=reason, trace_id=answer.trace_id)
