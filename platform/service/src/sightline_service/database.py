"""The service's own database: SQLite in a file, or PostgreSQL by URL."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection, Engine, MetaData

BUSY_TIMEOUT_MS = 10_000
_SCHEMA_LOCK = 7_263_001
OUTAGES: Mapping[type[Exception], str] = {OperationalError: "The database", PoolTimeoutError: "The database"}
"""What says that the database does not answer: for `make_app`."""


class Database:
    """Two ways in, `read` and `write`, and two engines behind each.

    The service's requests and messages go through `engine`, which telemetry instruments. What a service does for
    itself (polling its outboxes, making its tables) goes untraced: a poll every 100 ms would be a trace every 100 ms.
    """

    def __init__(self, url: str, *, pool: int = 10) -> None:
        parsed = make_url(url)
        self.sqlite = parsed.get_backend_name() == "sqlite"
        if self.sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"poolclass": QueuePool, "pool_size": pool, "max_overflow": 2, "pool_timeout": 10}
        if not self.sqlite:
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5, "client_encoding": "utf8"}}
        self.engine = self._engine(url, options)
        self._untraced = self._engine(url, {**options, "pool_size": 2})

    @contextmanager
    def read(self, *, traced: bool = True) -> Iterator[Connection]:
        """Give a connection that changes nothing: each statement sees what is committed."""
        engine = self.engine if traced else self._untraced
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection

    @contextmanager
    def write(self, *, traced: bool = True) -> Iterator[Connection]:
        """Give a connection in a transaction that is committed at the end, or rolled back on an exception."""
        with (self.engine if traced else self._untraced).begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every connection that nobody uses."""
        self.engine.dispose()
        self._untraced.dispose()

    def _engine(self, url: str, options: dict[str, Any]) -> Engine:
        engine = create_engine(url, **options)
        if self.sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_immediately)
        return engine

    def serialise(self, connection: Connection, what: str) -> None:
        """Let one transaction at a time pass from here, among those that name the same thing.

        SQLite has a single writer anyway; PostgreSQL would let two see that a key is free, and one fail on it.
        """
        if not self.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})

    def create(self, metadata: MetaData) -> None:
        """Create the tables that are not there; two processes at once do not disturb each other."""
        with self.write(traced=False) as connection:
            if not self.sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"))
            metadata.create_all(connection)

    def answers(self) -> bool:
        """Whether it can be asked now."""
        try:
            with self.read(traced=False) as connection:
                connection.execute(text("SELECT 1"))
        except Exception:  # noqa: BLE001 - whatever it is, the database does not answer
            return False
        return True

    def sleep_statement(self, seconds: float) -> str:
        """Return a query that takes so long in the database itself, where a slow query takes its time."""
        return f"SELECT sightline_sleep({seconds:.3f})" if self.sqlite else f"SELECT pg_sleep({seconds:.3f})"


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin late and as readers; a reader that turns writer fails at once with
    # SQLITE_BUSY, whatever the timeout. So transactions are begun by hand, as writers.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()
    connection.create_function("sightline_sleep", 1, time.sleep)


def _begin_immediately(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
