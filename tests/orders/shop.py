"""The orders' peers, played: carts that hold what a test puts in, and payments that fail as they are told."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_orders.app import create
from tests.support.service import NO_REDIS, Asked, Peer, Reply, Service, peer, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = "4242424242424242"
MUG = {"product_id": "mug", "name": "Mug", "price": 990, "currency": "EUR", "quantity": 2}


@dataclass
class Shop:
    """The orders and their peers.

    `trouble` is what the payments do: "" = their work; `failed` = they answer that the processor failed; `late` =
    they charge, and the answer is lost; `lost` = the request never arrives; `gone` = nothing is answered at all;
    `broken` = an answer that is none.
    """

    carts: dict[str, dict[str, Any]] = field(default_factory=dict)
    charged: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    orders: Service = None  # type: ignore[assignment]  # set as soon as it runs
    cart_peer: Peer = None  # type: ignore[assignment]
    payment_peer: Peer = None  # type: ignore[assignment]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fill(self, cart_id: str = "c1", *items: dict[str, Any], state: str = "open") -> str:
        """Put a cart there."""
        self.carts[cart_id] = {"id": cart_id, "state": state, "items": list(items) or [MUG], "currency": "EUR"}
        return cart_id

    def buy(self, key: str = "k1", cart_id: str = "c1", card: str = GOOD, **headers: str) -> Any:
        """Place an order."""
        sent = {"Idempotency-Key": key, **headers}
        return self.orders.client.post("/orders", json={"cart_id": cart_id, "card": card}, headers=sent)

    def sums_charged(self) -> int:
        """How many cards were charged."""
        return sum(status == "authorised" for status in self.charged.values())

    def on_cart(self, asked: Asked) -> Reply:
        """Answer as the carts do."""
        found = self.carts.get(asked.path.rsplit("/", 1)[-1])
        return (200, found) if found else (404, {"type": "/problems/not-found", "status": 404})

    def on_payment(self, asked: Asked) -> Reply:
        """Answer as the payments do, or fail."""
        if self.trouble == "gone" or (self.trouble == "lost" and asked.method == "POST"):
            return 0, None
        if asked.method == "DELETE":
            return 200, _payment(self._outcome(asked.path.rsplit("/", 1)[-1], "cancelled"))
        if self.trouble == "broken":
            return 502, b"<html>"
        good = "authorised" if asked.body["card"] == GOOD else "declined"
        status = self._outcome(asked.body["key"], "failed" if self.trouble == "failed" else good)
        if status == "failed":
            return 503, {"type": "/problems/payment-failed", "status": 503, "reason": "processor_error"}
        return (0, None) if self.trouble == "late" else (200, _payment(status))

    def _outcome(self, key: str, status: str) -> str:
        with self.lock:
            return self.charged.setdefault(key, status)


def _payment(status: str) -> dict[str, object]:
    reasons = {"declined": "insufficient_funds", "cancelled": "timeout", "failed": "processor_error"}
    return {"status": status, "reason": reasons.get(status)}


@contextmanager
def open_shop(folder: Path, redis_url: str = NO_REDIS, database_url: str = "") -> Iterator[Shop]:
    """Run the orders between their peers."""
    shop = Shop()
    with ExitStack() as stack:
        shop.cart_peer = stack.enter_context(peer(shop.on_cart))
        shop.payment_peer = stack.enter_context(peer(shop.on_payment))
        urls = {"cart": shop.cart_peer.url, "payments": shop.payment_peer.url}
        shop.orders = stack.enter_context(
            running("orders", create, folder, redis_url=redis_url, peers=urls, database_url=database_url)
        )
        shop.fill()
        yield shop
