"""Carries out a planned visit at a shop, and writes down what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from sightline_synthetics.load.ledger import Fact
from sightline_synthetics.load.visits import Card, Intent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sightline_synthetics.load.ledger import Ledger
    from sightline_synthetics.load.visits import Visit

TRIES = 4
RETRY_S = 0.5


class Ending(StrEnum):
    """How the shop says a checkout ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Checkout:
    """The shop's answer to a checkout; `total` is in minor units."""

    ending: Ending
    order: str = ""
    total: int = 0
    currency: str = ""
    reason: str = ""
    trace_id: str = ""


class Shop(Protocol):
    """The shop as a customer sees it. None means that it could not serve; nothing here raises."""

    def home(self) -> bool:
        """Open the first page."""
        ...

    def products(self, term: str | None) -> Sequence[str] | None:
        """List the products, all or those found by a word."""
        ...

    def look(self, product: str) -> bool:
        """Open one product's page."""
        ...

    def new_cart(self) -> str | None:
        """Take a cart."""
        ...

    def add(self, cart: str, product: str, quantity: int) -> bool:
        """Put something into it."""
        ...

    def empty(self, cart: str) -> bool:
        """Give the cart back."""
        ...

    def checkout(self, cart: str, card: Card, key: str) -> Checkout:
        """Pay; `key` makes asking again harmless."""
        ...


WORDS = ("tea", "coffee", "mug", "cup", "pot", "a")


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer.

    Args:
        shop: where.
        ledger: what came of it.
        run_id: prefix of the idempotency keys.
        sleep: waits for so many seconds.
        think: the pause between two pages, in seconds.
    """

    shop: Shop
    ledger: Ledger
    run_id: str
    sleep: Callable[[float], None]
    think: float = 0.0

    def carry_out(self, plan: Visit) -> None:
        """Make the visit."""
        self.ledger.write(Fact.VISIT, plan.number, intent=plan.intent)
        self.shop.home()
        shelf = self.shop.products(None)
        if plan.searches:
            found = self.shop.products(WORDS[int(plan.term * len(WORDS))])
            shelf = found or shelf
        if not shelf:
            self.ledger.write(Fact.GAVE_UP, plan.number, at_step="search")
            return
        for pick in plan.looks:
            self._pause()
            self.shop.look(_choose(shelf, pick))
        if plan.intent is not Intent.BROWSE:
            self._fill_cart(plan, shelf)

    def _fill_cart(self, plan: Visit, shelf: Sequence[str]) -> None:
        cart = self.shop.new_cart()
        if cart is None:
            self.ledger.write(Fact.GAVE_UP, plan.number, at_step="cart")
            return
        self.ledger.write(Fact.CART_CREATED, plan.number, cart=cart)
        filled = False
        for line in plan.lines:
            self._pause()
            filled = self.shop.add(cart, _choose(shelf, line.pick), line.quantity) or filled
        if plan.intent is Intent.EMPTY:
            if self.shop.empty(cart):
                self.ledger.write(Fact.CART_EMPTIED, plan.number, cart=cart)
        elif plan.intent is Intent.BUY and filled:
            self._pause()
            self._buy(plan, cart)
        else:
            self.ledger.write(Fact.CART_LEFT, plan.number, cart=cart)

    def _buy(self, plan: Visit, cart: str) -> None:
        self.ledger.write(Fact.CHECKOUT_STARTED, plan.number, cart=cart)
        key = f"{self.run_id}-{plan.number}"
        for attempt in range(TRIES):
            if attempt:
                self.sleep(RETRY_S * 2**attempt)
            answer = self.shop.checkout(cart, plan.card, key)
            if answer.ending is not Ending.UNKNOWN:
                break
        facts = {
            Ending.ACCEPTED: Fact.ORDER,
            Ending.DECLINED: Fact.DECLINED,
            Ending.FAILED: Fact.SYSTEM_FAILURE,
            Ending.UNKNOWN: Fact.UNKNOWN,
        }
        detail = {"order": answer.order, "reason": answer.reason, "trace_id": answer.trace_id}
        money = {"total": answer.total, "currency": answer.currency} if answer.ending is Ending.ACCEPTED else {}
        self.ledger.write(
            facts[answer.ending],
            plan.number,
            key=key,
            **{name: value for name, value in detail.items() if value},
            **money,
        )

    def _pause(self) -> None:
        if self.think:
            self.sleep(self.think)


def _choose(shelf: Sequence[str], pick: float) -> str:
    return shelf[int(pick * len(shelf))]
