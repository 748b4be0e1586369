"""Shipments: one an order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import Column, Float, MetaData, String, Table, Text, insert, select

from sightline_service.kpis import SqlKpiStore
from sightline_service.tables import Kit

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sightline_service.database import Database

METADATA = MetaData()
KIT = Kit(METADATA)
SHIPMENT = Table(
    "shipment",
    METADATA,
    Column("order_id", String(64), primary_key=True),
    Column("lines", Text, nullable=False),
    Column("shipped_at", Float, nullable=False),
)


class Store:
    """The shop's shipments."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.create(METADATA)
        self.kpis = SqlKpiStore(database, KIT)

    def ship(self, connection: Connection, order_id: str, lines: str) -> float:
        """Write a shipment into the transaction, with its KPI; return its time."""
        shipped_at = time.time()
        connection.execute(insert(SHIPMENT).values(order_id=order_id, lines=lines, shipped_at=shipped_at))
        self.kpis.record(connection, "shop.orders.fulfilled")
        return shipped_at

    def find(self, order_id: str) -> dict[str, object] | None:
        """Return an order's shipment."""
        with self.database.read() as connection:
            row = connection.execute(select(SHIPMENT).where(SHIPMENT.c.order_id == order_id)).first()
        return {"order_id": row.order_id, "shipped_at": row.shipped_at} if row is not None else None
