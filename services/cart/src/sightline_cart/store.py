"""Carts and what lies in them."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from sightline_service.kpis import SqlKpiStore
from sightline_service.problems import Problem, not_found
from sightline_service.tables import Kit
from sightline_telemetry import current_traffic

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Connection

    from sightline_service.database import Database

METADATA = MetaData()
KIT = Kit(METADATA)
CART = Table(
    "cart",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("traffic", String(20), nullable=False),
    Column("touched_at", Float, nullable=False),
)
ITEM = Table(
    "cart_item",
    METADATA,
    Column("cart_id", String(64), ForeignKey("cart.id", ondelete="CASCADE"), primary_key=True),
    Column("product_id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("quantity", Integer, nullable=False),
)
OPEN, ORDERED, ABANDONED = "open", "ordered", "abandoned"
MOST_OF_ONE = 99
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Line:
    """What is added; `price` in minor units."""

    product_id: str
    name: str
    price: int
    currency: str
    quantity: int


class Store:
    """The shop's carts."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self.database = database
        self._clock = clock
        database.create(METADATA)
        self.kpis = SqlKpiStore(database, KIT, clock)

    def create(self) -> str:
        """Make a cart and return its id, which nobody can guess."""
        cart_id = secrets.token_urlsafe(16)
        row = {"id": cart_id, "state": OPEN, "traffic": current_traffic(), "touched_at": self._clock()}
        with self.database.write() as connection:
            connection.execute(insert(CART).values(**row))
            self.kpis.record(connection, "shop.carts.created")
        return cart_id

    def get(self, cart_id: str) -> dict[str, object]:
        """Return a cart with its lines and total.

        Raises:
            Problem: 404 where it is not there.
        """
        with self.database.read() as connection:
            state = connection.execute(select(CART.c.state).where(CART.c.id == cart_id)).scalar()
            if state is None:
                raise not_found("such cart")
            rows = connection.execute(select(ITEM).where(ITEM.c.cart_id == cart_id).order_by(ITEM.c.name)).mappings()
            lines = [{key: row[key] for key in ("product_id", "name", "price", "currency", "quantity")} for row in rows]
        total = sum(line["price"] * line["quantity"] for line in lines)
        currency = lines[0]["currency"] if lines else "EUR"
        return {"id": cart_id, "state": state, "items": lines, "total": total, "currency": currency}

    def add(self, cart_id: str, line: Line) -> None:
        """Put something in; what is there already becomes more.

        Raises:
            Problem: 404, 409 for a cart that is no longer open, 422 for too much.
        """
        mine = (ITEM.c.cart_id == cart_id) & (ITEM.c.product_id == line.product_id)
        with self.database.write() as connection:
            self._require_open(connection, cart_id)
            held = connection.execute(select(ITEM.c.quantity).where(mine)).scalar() or 0
            lines = connection.execute(select(ITEM.c.product_id).where(ITEM.c.cart_id == cart_id)).all()
            if held + line.quantity > MOST_OF_ONE or (not held and len(lines) >= MOST_LINES):
                limit = f"{MOST_OF_ONE} of one product and {MOST_LINES} products"
                raise Problem(422, "cart-full", "The cart is full", f"It takes {limit} at most.")
            values = {"name": line.name, "price": line.price, "currency": line.currency}
            if held:
                connection.execute(update(ITEM).where(mine).values(quantity=held + line.quantity, **values))
            else:
                new = {"cart_id": cart_id, "product_id": line.product_id, "quantity": line.quantity, **values}
                connection.execute(insert(ITEM).values(**new))

    def remove(self, cart_id: str, product_id: str) -> None:
        """Take something out; what is not in it is out already.

        Raises:
            Problem: 404, 409 for a cart that is no longer open.
        """
        with self.database.write() as connection:
            self._require_open(connection, cart_id)
            connection.execute(delete(ITEM).where(ITEM.c.cart_id == cart_id, ITEM.c.product_id == product_id))

    def give_up(self, cart_id: str) -> None:
        """Abandon a cart; one that is abandoned or ordered stays as it is.

        Raises:
            Problem: 404 where it is not there.
        """
        with self.database.write() as connection:
            if _leave(connection, CART.c.id == cart_id):
                self.kpis.record(connection, "shop.carts.abandoned", reason="explicit")
            elif connection.execute(select(CART.c.state).where(CART.c.id == cart_id)).scalar() is None:
                raise not_found("such cart")

    def sweep(self, idle_s: float) -> int:
        """Abandon what nobody touched for so long; return how many."""
        idle = CART.c.touched_at < self._clock() - idle_s
        with self.database.read(traced=False) as connection:
            found = connection.execute(select(CART.c.id, CART.c.traffic).where(CART.c.state == OPEN, idle)).all()
        count = 0
        for row in found:
            # One transaction a cart: a thousand at once would keep customers waiting for the only writer.
            with self.database.write(traced=False) as connection:
                if _leave(connection, (CART.c.id == row.id) & idle):
                    self.kpis.record(connection, "shop.carts.abandoned", reason="timeout", traffic=row.traffic)
                    count += 1
        return count

    def _require_open(self, connection: Connection, cart_id: str) -> None:
        self.database.serialise(connection, cart_id)
        state = connection.execute(select(CART.c.state).where(CART.c.id == cart_id)).scalar()
        if state is None:
            raise not_found("such cart")
        if state != OPEN:
            raise Problem(409, "cart-closed", "The cart is closed", f"It was {state}.")
        connection.execute(update(CART).where(CART.c.id == cart_id).values(touched_at=self._clock()))


def _leave(connection: Connection, which: ColumnElement[bool]) -> bool:
    """Abandon an open cart; False where it is none."""
    return connection.execute(update(CART).where(which, CART.c.state == OPEN).values(state=ABANDONED)).rowcount == 1


def mark_ordered(connection: Connection, cart_id: str) -> None:
    """Close a cart whose order was placed."""
    connection.execute(update(CART).where(CART.c.id == cart_id, CART.c.state == OPEN).values(state=ORDERED))
