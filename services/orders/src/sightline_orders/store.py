"""Orders: claimed under an idempotency key, decided once, told to the rest of the shop in the same transaction."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from sightline_orders.tables import ACCEPTED, FAILED, KIT, LINE, METADATA, ORDER, PENDING, REJECTED
from sightline_service import outbox
from sightline_service.kpis import SqlKpiStore
from sightline_service.problems import Problem
from sightline_telemetry import inject

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from sightline_service.database import Database

STREAM = "orders.placed"
CLAIM_S = 12.0
"""How long a request may work on an order before another may take it over: the first must have died."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `price` of one piece in minor units."""

    product_id: str
    name: str
    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer asked for under a key."""

    key: str
    fingerprint: str
    cart_id: str
    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """What it costs, in minor units."""
        return sum(line.price * line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands; `attempts` counts its payments, `carrier` is the first request's context."""

    id: str
    key: str
    fingerprint: str
    cart_id: str
    state: str
    reason: str
    total: int
    currency: str
    attempts: int
    claimed_at: float
    carrier: str

    @property
    def decided(self) -> bool:
        """Whether it stays as it is."""
        return self.state in {ACCEPTED, REJECTED}

    @property
    def payment_key(self) -> str:
        """The key of its present payment: asked again it is the same payment, after a known failure a new one."""
        return f"{self.id}-{self.attempts}"


class Store:
    """The shop's orders."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.database = database
        self._clock = clock
        database.create(METADATA)
        self.kpis = SqlKpiStore(database, KIT, clock)

    def find(self, order_id: str) -> Order | None:
        """Return an order by its id."""
        with self.database.read() as connection:
            return _order(connection, ORDER.c.id == order_id)

    def by_key(self, key: str, fingerprint: str) -> Order | None:
        """Return the order under a key.

        Raises:
            Problem: 422 where the key was used for something else.
        """
        with self.database.read() as connection:
            return _matching(_order(connection, ORDER.c.key == key), fingerprint)

    def lines(self, order_id: str) -> list[Line]:
        """Return an order's lines."""
        with self.database.read() as connection:
            rows = connection.execute(select(LINE).where(LINE.c.order_id == order_id).order_by(LINE.c.name)).all()
        return [Line(row.product_id, row.name, row.price, row.quantity) for row in rows]

    def claim(self, wish: Wish) -> Order:
        """Take a new key for this request; where another was faster, go on as `claim_again`.

        Raises:
            Problem: as `claim_again`.
        """
        with self.database.write() as connection:
            self.database.serialise(connection, wish.key)
            self.database.serialise(connection, wish.cart_id)
            old = _matching(_order(connection, ORDER.c.key == wish.key), wish.fingerprint)
            return self._new(connection, wish) if old is None else self._again(connection, old)

    def claim_again(self, order: Order) -> Order:
        """Take an order that was begun, or return what was decided.

        Raises:
            Problem: 409 while another request works on it or on its cart, or the cart was ordered.
        """
        with self.database.write() as connection:
            self.database.serialise(connection, order.key)
            self.database.serialise(connection, order.cart_id)
            found = _order(connection, ORDER.c.key == order.key)
            return self._again(connection, found or order)

    def claim_left(self) -> Order | None:
        """Take a pending order that nobody works on any more; None where there is none."""
        now = self._clock()
        left = (ORDER.c.state == PENDING) & (ORDER.c.claimed_at < now - CLAIM_S)
        with self.database.read(traced=False) as connection:
            order = _order(connection, left)
        if order is None:
            return None
        with self.database.write(traced=False) as connection:
            mine = left & (ORDER.c.id == order.id)
            taken = connection.execute(update(ORDER).where(mine).values(claimed_at=now)).rowcount == 1
        return replace(order, claimed_at=now) if taken else None

    def release(self, order: Order) -> None:
        """Give a pending order back: nobody knows yet how its payment ended, and anybody may ask."""
        mine = (ORDER.c.id == order.id) & (ORDER.c.state == PENDING) & (ORDER.c.claimed_at == order.claimed_at)
        with self.database.write() as connection:
            connection.execute(update(ORDER).where(mine).values(claimed_at=0.0))

    def accept(self, order: Order) -> Order:
        """Accept: the order, its message and its KPIs become true together."""
        lines = [[each.product_id, each.quantity] for each in self.lines(order.id)]
        placed_at = f"{self._clock():.3f}"
        message = {"order_id": order.id, "cart_id": order.cart_id, "lines": json.dumps(lines), "placed_at": placed_at}
        with self.database.write() as connection:
            if _decide(connection, order, ACCEPTED, ""):
                outbox.add(connection, KIT, STREAM, message)
                self.kpis.record(connection, "shop.orders.placed", outcome="accepted")
                self.kpis.record(connection, "shop.orders.revenue", order.total, currency=order.currency)
                self.kpis.record(connection, "shop.checkout.completed")
            return _again(connection, order)

    def reject(self, order: Order, reason: str) -> Order:
        """Reject for a reason of the customer's bank."""
        with self.database.write() as connection:
            if _decide(connection, order, REJECTED, reason):
                self.kpis.record(connection, "shop.orders.placed", outcome="rejected")
            return _again(connection, order)

    def fail(self, order: Order, reason: str) -> Order:
        """Note that nothing was charged because the system failed; the key may be tried again."""
        with self.database.write() as connection:
            _decide(connection, order, FAILED, reason)
            return _again(connection, order)

    def _new(self, connection: Connection, wish: Wish) -> Order:
        _require_free(connection, wish.cart_id)
        now = self._clock()
        made = Order(
            id=secrets.token_hex(8),
            key=wish.key,
            fingerprint=wish.fingerprint,
            cart_id=wish.cart_id,
            state=PENDING,
            reason="",
            total=wish.total,
            currency=wish.currency,
            attempts=1,
            claimed_at=now,
            carrier=json.dumps(inject()),
        )
        row = {each.name: getattr(made, each.name) for each in fields(Order)}
        connection.execute(insert(ORDER).values(**row, created_at=now))
        _write_lines(connection, made.id, wish.lines)
        self.kpis.record(connection, "shop.checkout.started")
        return made

    def _again(self, connection: Connection, old: Order) -> Order:
        now = self._clock()
        if old.decided:
            return old
        if old.state == PENDING and now - old.claimed_at < CLAIM_S:
            raise _in_progress("Another request with this key is in progress.")
        _require_free(connection, old.cart_id, besides=old.id)
        # A payment whose end is unknown is asked again; one that is known to have failed is tried anew.
        attempts = old.attempts + (1 if old.state == FAILED else 0)
        taken = {"state": PENDING, "claimed_at": now, "attempts": attempts, "reason": ""}
        connection.execute(update(ORDER).where(ORDER.c.id == old.id).values(**taken))
        return replace(old, state=PENDING, claimed_at=now, attempts=attempts, reason="")


def _order(connection: Connection, condition: object) -> Order | None:
    columns = [ORDER.c[each.name] for each in fields(Order)]
    row = connection.execute(select(*columns).where(condition).limit(1)).first()  # type: ignore[arg-type]  # a comparison of columns
    return Order(*row) if row is not None else None


def _again(connection: Connection, order: Order) -> Order:
    """Return the order as it stands now: somebody else may have decided it."""
    return _order(connection, ORDER.c.id == order.id) or order


def _matching(found: Order | None, fingerprint: str) -> Order | None:
    if found is not None and found.fingerprint != fingerprint:
        raise Problem(
            422, "key-reused", "The idempotency key belongs to another request", "Use a new key for a new checkout."
        )
    return found


def _require_free(connection: Connection, cart_id: str, besides: str = "") -> None:
    """Refuse a cart that is paid, or being paid, under another key: two tabs are one purchase."""
    others = (ORDER.c.cart_id == cart_id) & ORDER.c.state.in_((PENDING, ACCEPTED)) & (ORDER.c.id != besides)
    state = connection.execute(select(ORDER.c.state).where(others).limit(1)).scalar()
    if state == ACCEPTED:
        raise Problem(409, "cart-closed", "The cart is closed", "It was ordered.")
    if state == PENDING:
        raise _in_progress("Another checkout of this cart is in progress.")


def _in_progress(detail: str) -> Problem:
    return Problem(409, "in-progress", "In progress", detail, headers={"Retry-After": "1"})


def _decide(connection: Connection, order: Order, state: str, reason: str) -> bool:
    """Move a pending order; False where somebody decided it meanwhile."""
    mine = (ORDER.c.id == order.id) & (ORDER.c.state == PENDING) & (ORDER.c.attempts == order.attempts)
    return connection.execute(update(ORDER).where(mine).values(state=state, reason=reason)).rowcount == 1


def _write_lines(connection: Connection, order_id: str, lines: Sequence[Line]) -> None:
    rows = [{"order_id": order_id, **{each.name: getattr(line, each.name) for each in fields(Line)}} for line in lines]
    connection.execute(insert(LINE), rows)
