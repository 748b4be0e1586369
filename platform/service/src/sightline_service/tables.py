"""The tables that every service has beside its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, String, Table, Text

_ID = BigInteger().with_variant(Integer, "sqlite")


class Kit:
    """Adds the kit's tables to a service's metadata.

    Attributes:
        kpi_outbox: one row a fact, written with the fact.
        kpi_cursor: one row: up to where the receiver took them, and when the outbox was made.
        kpi_total: the running total of each series up to the cursor.
        outbox: messages to publish, written with the fact that they tell.
        seen: messages that were handled, so that a second delivery changes nothing.
    """

    def __init__(self, metadata: MetaData) -> None:
        def table(name: str, *columns: Column[Any]) -> Table:
            # Ids are never used twice, not even after rows were deleted: a cursor has passed them.
            return Table(name, metadata, *columns, sqlite_autoincrement=True)

        self.kpi_outbox = table(
            "kpi_outbox",
            Column("id", _ID, primary_key=True, autoincrement=True),
            Column("occurred_at", Float, nullable=False, index=True),
            Column("name", String(100), nullable=False),
            Column("value", BigInteger, nullable=False),
            Column("attributes", Text, nullable=False),
        )
        self.kpi_cursor = Table(
            "kpi_cursor",
            metadata,
            Column("one", Integer, primary_key=True),
            Column("cursor", BigInteger, nullable=False),
            Column("created_at", Float, nullable=False),
        )
        self.kpi_total = Table(
            "kpi_total",
            metadata,
            Column("name", String(100), primary_key=True),
            Column("attributes", String(400), primary_key=True),
            Column("total", BigInteger, nullable=False),
        )
        self.outbox = table(
            "outbox",
            Column("id", _ID, primary_key=True, autoincrement=True),
            Column("stream", String(100), nullable=False),
            Column("fields", Text, nullable=False),
            Column("carrier", Text, nullable=False),
        )
        self.seen = Table(
            "seen_message",
            metadata,
            Column("key", String(200), primary_key=True),
            Column("at", Float, nullable=False, index=True),
        )
