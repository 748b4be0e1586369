"""The products' table, and how it is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, delete, insert, select, text

from sightline_catalog.products import CURRENCY, PRODUCTS

if TYPE_CHECKING:
    from sightline_service.database import Database

METADATA = MetaData()
PRODUCT = Table(
    "product",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("description", String(500), nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("position", Integer, nullable=False, index=True),
)


class Store:
    """The shop's products."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.create(METADATA)
        rows = [
            {"id": each.id, "name": each.name, "description": each.description, "price": each.price, "position": place}
            for place, each in enumerate(PRODUCTS)
        ]
        with database.write(traced=False) as connection:
            connection.execute(delete(PRODUCT))
            connection.execute(insert(PRODUCT), rows)

    def search(self, words: str, limit: int) -> list[dict[str, object]]:
        """Return the products that have every word in name or description, in the shop's order."""
        query = select(PRODUCT).order_by(PRODUCT.c.position).limit(limit)
        for word in words.split():
            query = query.where(
                PRODUCT.c.name.icontains(word, autoescape=True) | PRODUCT.c.description.icontains(word, autoescape=True)
            )
        with self.database.read() as connection:
            return [_shown(row) for row in connection.execute(query).mappings()]

    def find(self, product_id: str) -> dict[str, object] | None:
        """Return one product."""
        with self.database.read() as connection:
            row = connection.execute(select(PRODUCT).where(PRODUCT.c.id == product_id)).mappings().first()
        return _shown(row) if row is not None else None

    def be_slow(self, seconds: float) -> None:
        """Make the database take its time."""
        with self.database.read() as connection:
            connection.execute(text(self.database.sleep_statement(seconds)))


def _shown(row: object) -> dict[str, object]:
    fields = dict(row)  # type: ignore[call-overload]  # a row mapping
    return {key: fields[key] for key in ("id", "name", "description", "price")} | {"currency": CURRENCY}
