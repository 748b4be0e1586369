"""Orders: claimed under an idempotency key, decided once, told to the rest of the shop in the same transaction."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from sightline_orders.tables import ACCEPTED, FAILED, KIT, LINE, METADATA, ORDER, PENDING, REJECTED
from sightline_service import outbox
from sightline_service.kpis import SqlKpiStore
from sightline_service.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from sightline_service.database import Database

STREAM = "orders.placed"
CLAIM_S = 30.0
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
    """What a customer asked for under a key; `total` in minor units."""

    key: str
    fingerprint: str
    cart_id: str
    total: int
    currency: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands."""

    id: str
    key: str
    fingerprint: str
    cart_id: str
    state: str
    reason: str
    total: int
    currency: str

    @property
    def decided(self) -> bool:
        """Whether it stays as it is."""
        return self.state in {ACCEPTED, REJECTED}


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
        """Take the key for this request, or return what was decided under it.

        Raises:
            Problem: 409 while another request works on it, 422 where the key was used for something else.
        """
        now = self._clock()
        with self.database.write() as connection:
            old = _matching(_order(connection, ORDER.c.key == wish.key), wish.fingerprint)
            if old is None:
                return self._new(connection, wish, now)
            if old.decided:
                return old
            claimed = connection.execute(select(ORDER.c.claimed_at).where(ORDER.c.id == old.id)).scalar_one()
            if old.state == PENDING and now - claimed < CLAIM_S:
                detail = "Another request with this key is in progress."
                raise Problem(409, "in-progress", "In progress", detail, headers={"Retry-After": "1"})
            connection.execute(update(ORDER).where(ORDER.c.id == old.id).values(state=PENDING, claimed_at=now))
            return old

    def _new(self, connection: Connection, wish: Wish, now: float) -> Order:
        made = Order(
            secrets.token_hex(8), wish.key, wish.fingerprint, wish.cart_id, PENDING, "", wish.total, wish.currency
        )
        row = {name: getattr(made, name) for name in Order.__dataclass_fields__}
        connection.execute(insert(ORDER).values(**row, claimed_at=now, created_at=now))
        _write_lines(connection, made.id, wish.lines)
        self.kpis.record(connection, "shop.checkout.started")
        return made

    def accept(self, order: Order, fields: dict[str, str]) -> Order:
        """Accept: the order, its message and its KPIs become true together."""
        with self.database.write() as connection:
            if not _decide(connection, order, ACCEPTED, ""):
                return order
            outbox.add(connection, KIT, STREAM, fields)
            self.kpis.record(connection, "shop.orders.placed", outcome="accepted")
            self.kpis.record(connection, "shop.orders.revenue", order.total, currency=order.currency)
            self.kpis.record(connection, "shop.checkout.completed")
        return _as(order, ACCEPTED, "")

    def reject(self, order: Order, reason: str) -> Order:
        """Reject for a reason of the customer's bank."""
        with self.database.write() as connection:
            if _decide(connection, order, REJECTED, reason):
                self.kpis.record(connection, "shop.orders.placed", outcome="rejected")
        return _as(order, REJECTED, reason)

    def fail(self, order: Order, reason: str) -> None:
        """Note that the system failed; the key may be tried again."""
        with self.database.write() as connection:
            _decide(connection, order, FAILED, reason)


def _order(connection: Connection, condition: object) -> Order | None:
    columns = [ORDER.c[name] for name in Order.__dataclass_fields__]
    row = connection.execute(select(*columns).where(condition)).first()  # type: ignore[arg-type]  # a comparison of columns
    return Order(*row) if row is not None else None


def _matching(found: Order | None, fingerprint: str) -> Order | None:
    if found is not None and found.fingerprint != fingerprint:
        raise Problem(
            422, "key-reused", "The idempotency key belongs to another request", "Use a new key for a new checkout."
        )
    return found


def _decide(connection: Connection, order: Order, state: str, reason: str) -> bool:
    """Move a pending order; False where somebody decided it meanwhile."""
    mine = (ORDER.c.id == order.id) & (ORDER.c.state == PENDING)
    return connection.execute(update(ORDER).where(mine).values(state=state, reason=reason)).rowcount == 1


def _write_lines(connection: Connection, order_id: str, lines: Sequence[Line]) -> None:
    rows = [
        {
            "order_id": order_id,
            "product_id": each.product_id,
            "name": each.name,
            "price": each.price,
            "quantity": each.quantity,
        }
        for each in lines
    ]
    connection.execute(insert(LINE), rows)


def _as(order: Order, state: str, reason: str) -> Order:
    return Order(order.id, order.key, order.fingerprint, order.cart_id, state, reason, order.total, order.currency)
