"""Payments: one row a key, written once. Whatever a key's outcome was, it stays."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, Float, MetaData, String, Table, insert, select

from sightline_service.kpis import SqlKpiStore
from sightline_service.tables import Kit
from sightline_telemetry.signals import failure_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sightline_service.database import Database

METADATA = MetaData()
KIT = Kit(METADATA)
PAYMENT = Table(
    "payment",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("last4", String(4), nullable=False),
    Column("provider", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("made_at", Float, nullable=False),
)
CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it stands; `amount` in minor units, `reason` empty where it was authorised.

    One that was cancelled before it arrived has no amount and no card.
    """

    key: str
    amount: int
    currency: str
    last4: str
    provider: str
    status: str
    reason: str


class Store:
    """The payments of the shop."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.create(METADATA)
        self.kpis = SqlKpiStore(database, KIT)

    def find(self, key: str) -> Payment | None:
        """Return a payment; None where there is none."""
        with self.database.read() as connection:
            return _find(connection, key)

    def settle(self, made: Payment) -> Payment:
        """Write down how an attempt ended, with its KPIs; a key that has an outcome keeps it."""
        with self.database.write() as connection:
            self.database.serialise(connection, made.key)
            old = _find(connection, made.key)
            if old is None:
                _write(connection, made)
                self._count(connection, made.provider, made.reason)
            elif old.status == CANCELLED:
                self._count(connection, made.provider, "timeout")  # whoever asked has given this attempt up
            return old or made

    def cancel(self, key: str) -> Payment:
        """See to it that a payment without an outcome never will be charged; return how it stands."""
        with self.database.write() as connection:
            self.database.serialise(connection, key)
            old = _find(connection, key)
            if old is not None:
                return old
            made = Payment(key, 0, "", "", "", CANCELLED, "timeout")
            _write(connection, made)
            return made

    def _count(self, connection: Connection, provider: str, reason: str) -> None:
        self.kpis.record(connection, "shop.payments.attempted", provider=provider)
        if reason:
            whose = failure_class(reason)
            self.kpis.record(connection, "shop.payments.failed", failure_reason=reason, failure_class=whose)


def _write(connection: Connection, made: Payment) -> None:
    connection.execute(insert(PAYMENT).values(**asdict(made), made_at=time.time()))


def _find(connection: Connection, key: str) -> Payment | None:
    row = connection.execute(select(PAYMENT).where(PAYMENT.c.key == key)).mappings().first()
    if row is None:
        return None
    return Payment(**{name: row[name] for name in Payment.__dataclass_fields__})
