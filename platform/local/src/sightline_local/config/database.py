"""The SQLite file: one connection, one lock, versioned schema."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE object (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE standing (monitor_id TEXT PRIMARY KEY, state TEXT NOT NULL, since INTEGER NOT NULL, at INTEGER NOT NULL,
    reason TEXT NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE transition (id INTEGER PRIMARY KEY, monitor_id TEXT NOT NULL, at INTEGER NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL, notified INTEGER NOT NULL);
CREATE INDEX transition_of ON transition (monitor_id, at);
CREATE TABLE event (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    kind TEXT NOT NULL, monitor_id TEXT, state TEXT, tags TEXT NOT NULL);
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""


class Database:
    """The connection; `transaction` gives it to one thread at a time."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self._connection.close()
            raise SightlineError(
                "the configuration cannot be opened",
                where=str(path),
                why=str(error),
                help="free the disk if it is full; if the file is broken, move it away and push again",
            ) from error
        except SightlineError:
            self._connection.close()
            raise

    def _prepare(self, path: Path | None) -> None:
        self._connection.execute("PRAGMA journal_mode=WAL")
        # A push that was answered must outlive the machine, and pushes are few.
        self._connection.execute("PRAGMA synchronous=FULL")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            with self.transaction() as connection:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
            raise SightlineError(
                "the configuration was written by another version",
                where=str(path),
                why=f"schema {version}, this is {SCHEMA_VERSION}",
                help="start with another --data, or remove the directory",
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection; commit at the end, roll back on an exception."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
