"""Payments: one row a key; what was authorised or declined stays so, what failed may be tried again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, String, Table, insert, select, update

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
    Column("attempts", Integer, nullable=False),
    Column("updated_at", Float, nullable=False),
)
FINAL = frozenset({"authorised", "declined"})


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as it stands; `amount` in minor units, `reason` empty where it was authorised."""

    key: str
    amount: int
    currency: str
    last4: str
    provider: str
    status: str
    reason: str
    attempts: int


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

    def settle(self, wanted: Payment) -> Payment:
        """Write down how an attempt ended, with its KPIs; a payment that is final already stays as it is."""
        with self.database.write() as connection:
            old = _find(connection, wanted.key)
            if old is not None and old.status in FINAL:
                return old
            made = {
                "amount": wanted.amount,
                "currency": wanted.currency,
                "last4": wanted.last4,
                "provider": wanted.provider,
                "status": wanted.status,
                "reason": wanted.reason,
                "attempts": (old.attempts if old else 0) + 1,
            }
            if old is None:
                connection.execute(insert(PAYMENT).values(key=wanted.key, updated_at=time.time(), **made))
            else:
                connection.execute(
                    update(PAYMENT).where(PAYMENT.c.key == wanted.key).values(updated_at=time.time(), **made)
                )
            self.kpis.record(connection, "shop.payments.attempted", provider=wanted.provider)
            if wanted.reason:
                self.kpis.record(
                    connection,
                    "shop.payments.failed",
                    failure_reason=wanted.reason,
                    failure_class=failure_class(wanted.reason),
                )
            return Payment(key=wanted.key, **made)  # type: ignore[arg-type]  # the columns' own types


def _find(connection: Connection, key: str) -> Payment | None:
    row = connection.execute(select(PAYMENT).where(PAYMENT.c.key == key)).mappings().first()
    if row is None:
        return None
    return Payment(**{name: row[name] for name in Payment.__dataclass_fields__})
