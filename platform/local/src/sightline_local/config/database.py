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

SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE object (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, created_ms INTEGER NOT NULL, modified_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE standing (monitor_id TEXT NOT NULL, tags TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
    at INTEGER NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL, memory TEXT NOT NULL,
    PRIMARY KEY (monitor_id, tags)) WITHOUT ROWID;
CREATE TABLE transition (id INTEGER PRIMARY KEY, monitor_id TEXT NOT NULL, at INTEGER NOT NULL, before TEXT NOT NULL,
    after TEXT NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL, notified INTEGER NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]');
CREATE INDEX transition_of ON transition (monitor_id, at);
CREATE TABLE event (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    kind TEXT NOT NULL, monitor_id TEXT, state TEXT, tags TEXT NOT NULL);
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
_MIGRATIONS = {
    # A monitor had one standing; now each of its groups has. Whoever was told of it still waits for its end.
    1: """
ALTER TABLE standing RENAME TO standing_1;
CREATE TABLE standing (monitor_id TEXT NOT NULL, tags TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
    at INTEGER NOT NULL, reason TEXT NOT NULL, facts TEXT NOT NULL, memory TEXT NOT NULL,
    PRIMARY KEY (monitor_id, tags)) WITHOUT ROWID;
INSERT INTO standing SELECT monitor_id, '[]', state, since, at, reason, facts, CASE
    WHEN state IN ('ALERT', 'WARN') THEN json_object('reported', since, 'told', state, 'aloud', json('true'),
        'first_triggered', since, 'last_triggered', since, 'last_notified', since)
    WHEN state = 'OK' THEN json_object('reported', since)
    ELSE '{}' END FROM standing_1;
DROP TABLE standing_1;
ALTER TABLE transition ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
""",
}


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
        elif version in _MIGRATIONS:
            with self.transaction() as connection:
                for step in range(version, SCHEMA_VERSION):
                    for statement in _MIGRATIONS[step].split(";"):
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
