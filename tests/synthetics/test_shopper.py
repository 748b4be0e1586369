"""A customer does what was planned, and the book says what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from sightline_synthetics.load.ledger import Ledger, Totals, read
from sightline_synthetics.load.shopper import Checkout, Ending, Shopper
from sightline_synthetics.load.visits import Card, Intent, Line, Mix, Visit, visit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass
class FakeShop:
    """A shop of three products; `answers` are its next answers to a checkout, then it accepts."""

    stocked: bool = True
    carts_work: bool = True
    answers: list[Checkout] = field(default_factory=list)
    carts: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)

    def home(self) -> bool:
        return True

    def products(self, term: str | None) -> Sequence[str] | None:
        del term
        return ["tea", "mug", "pot"] if self.stocked else None

    def look(self, product: str) -> bool:
        self.looked.append(product)
        return True

    def new_cart(self) -> str | None:
        if not self.carts_work:
            return None
        name = f"cart-{len(self.carts)}"
        self.carts[name] = []
        return name

    def add(self, cart: str, product: str, quantity: int) -> bool:
        self.carts[cart].append((product, quantity))
        return True

    def empty(self, cart: str) -> bool:
        self.carts[cart].clear()
        return True

    def checkout(self, cart: str, card: Card, key: str) -> Checkout:
        self.keys.append(key)
        if self.answers:
            return self.answers.pop(0)
        if card is not Card.GOOD:
            return Checkout(Ending.DECLINED, reason=card)
        return Checkout(Ending.ACCEPTED, order=cart, total=sum(100 * n for _, n in self.carts[cart]), currency="EUR")


def plan(intent: Intent, card: Card = Card.GOOD) -> Visit:
    lines = () if intent is Intent.BROWSE else (Line(0.0, 1), Line(0.9, 2))
    return Visit(17, intent, card, searches=True, term=0.5, looks=(0.4,), lines=lines)


def shop_once(shop: FakeShop, folder: Path, what: Visit) -> tuple[Totals, list[float]]:
    slept: list[float] = []
    book = Ledger(folder / "ledger", time.time)
    Shopper(shop, book, "run", slept.append).carry_out(what)
    book.close()
    return read(folder / "ledger"), slept


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (plan(Intent.BROWSE), Totals(visits=1)),
        (plan(Intent.LEAVE), Totals(visits=1, carts=1, left=1)),
        (plan(Intent.EMPTY), Totals(visits=1, carts=1, emptied=1)),
        (plan(Intent.BUY), Totals(visits=1, carts=1, checkouts=1, orders=1, revenue={"EUR": 300})),
        (
            plan(Intent.BUY, Card.EXPIRED),
            Totals(visits=1, carts=1, checkouts=1, declined={"expired_card": 1}),
        ),
    ],
    ids=["browse", "leave", "empty", "buy", "declined"],
)
def test_each_intent_ends_as_meant(tmp_path: Path, what: Visit, expected: Totals) -> None:
    """The book holds what happened and nothing else."""
    assert shop_once(FakeShop(), tmp_path, what)[0] == expected


def test_an_unclear_answer_is_asked_again_under_the_same_key(tmp_path: Path) -> None:
    """A lost answer becomes neither a second order nor a lost one."""
    shop = FakeShop(answers=[Checkout(Ending.UNKNOWN), Checkout(Ending.UNKNOWN)])
    totals, slept = shop_once(shop, tmp_path, plan(Intent.BUY))
    assert (totals.orders, totals.unknown, totals.checkouts) == (1, 0, 1)
    assert shop.keys == ["run-17"] * 3
    assert slept == sorted(slept)
    assert len(slept) == 2


def test_an_answer_that_stays_unclear_is_written_down_as_such(tmp_path: Path) -> None:
    """What is not known is not counted as sold."""
    totals, _ = shop_once(FakeShop(answers=[Checkout(Ending.UNKNOWN)] * 9), tmp_path, plan(Intent.BUY))
    assert (totals.orders, totals.unknown) == (0, 1)


def test_a_system_failure_is_final(tmp_path: Path) -> None:
    """A decided failure is not retried: the shop said how the checkout ended."""
    shop = FakeShop(answers=[Checkout(Ending.FAILED, reason="processor_error")])
    totals, slept = shop_once(shop, tmp_path, plan(Intent.BUY))
    assert totals.system_failures == {"processor_error": 1}
    assert slept == []


@pytest.mark.parametrize("shop", [FakeShop(stocked=False), FakeShop(carts_work=False)], ids=["no shelf", "no cart"])
def test_a_shop_that_cannot_serve_is_left(tmp_path: Path, shop: FakeShop) -> None:
    """The visitor goes away and the book says so."""
    totals, _ = shop_once(shop, tmp_path, plan(Intent.BUY))
    assert (totals.visits, totals.gave_up, totals.checkouts) == (1, 1, 0)


def test_two_runs_of_a_seed_buy_the_same(tmp_path: Path) -> None:
    """The same plans at the same shop give the same book, to the unit."""
    totals = []
    for name in ("one", "two"):
        book = Ledger(tmp_path / name, time.time)
        shopper = Shopper(FakeShop(), book, name, lambda _: None)
        for number in range(200):
            shopper.carry_out(visit(11, number, Mix()))
        book.close()
        totals.append(read(tmp_path / name))
    assert totals[0] == totals[1]
    assert totals[0].orders > 80
