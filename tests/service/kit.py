"""A small service on the kit: one table of facts, a KPI and a message with each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Column, Integer, MetaData, Table

from sightline_service.database import Database
from sightline_service.kpis import SqlKpiStore
from sightline_service.tables import Kit

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

METADATA = MetaData()
KIT = Kit(METADATA)
FACT = Table("fact", METADATA, Column("number", Integer, primary_key=True))


class Clock:
    """Turned by hand."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def roll_back_after(database: Database, work: Callable[[Connection], object]) -> None:
    """Do something in a transaction, and let it fail."""
    with database.write() as connection:
        work(connection)
        raise ZeroDivisionError


def made(url: str, clock: Clock | None = None) -> tuple[Database, SqlKpiStore]:
    """Return a database with its tables, and its KPIs."""
    database = Database(url)
    database.create(METADATA)
    return database, SqlKpiStore(database, KIT, clock or Clock())
