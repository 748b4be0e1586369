"""The store itself: opening, offering, reading."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import duckdb

from sightline_core.errors import SightlineError
from sightline_local.store import maintenance, schema
from sightline_local.store.checks import StoreChecks
from sightline_local.store.events import StoreEvents
from sightline_local.store.lock import DirectoryLock
from sightline_local.store.metrics import MetricBuffer
from sightline_local.store.operations import OperationWriter
from sightline_local.store.retention import Retention
from sightline_local.store.series import SeriesIndex
from sightline_local.store.slices import SliceWriter
from sightline_local.store.source import StoreSource
from sightline_local.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sightline_local.store.columns import LogColumns, SpanColumns

_FILE = "telemetry.duckdb"


class Store:
    """All telemetry of one directory.

    Attributes:
        metrics: where metric values go.
        index: the names of their series.
        source: the evaluator's numbers.
        events: its logs and events.
        checks: its service checks.
        clock: Unix seconds.
        directory: where the files are.
    """

    def __init__(
        self, directory: Path, lock: DirectoryLock, connection: Any, clock: Callable[[], float], retention: Retention
    ) -> None:
        self.directory = directory
        self.clock = clock
        self._lock = lock
        self._connection = connection
        self._retention = retention
        self._readers: list[Any] = []
        self._readers_lock = threading.Lock()
        rows = connection.execute("SELECT id, name, kind, tags FROM series ORDER BY id").fetchall()
        self.index = SeriesIndex(rows)
        totals = connection.execute(
            "SELECT key, start_ns, last_ns, value, counts FROM cumulatives ORDER BY seen"
        ).fetchall()
        self.metrics = MetricBuffer(
            ((key, start), (last, value, tuple(counts))) for key, start, last, value, counts in totals
        )
        (sequence,) = connection.execute("SELECT coalesce(max(seq), 0) FROM gauges").fetchone()
        self._writer = Writer(
            connection.cursor(), self.index, self.metrics, SliceWriter(clock, sequence), OperationWriter(self.index)
        )
        self.source = StoreSource(self.index, self.rows)
        self.events = StoreEvents(self.rows)
        self.checks = StoreChecks(self.rows)
        self._closed = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="store-keeper", daemon=True)
        self._keeper.start()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        clock: Callable[[], float] = time.time,
        retention: Retention | None = None,
        memory: str = "160MB",
        threads: int = 2,
    ) -> Store:
        """Open the store of a directory, or make it.

        Args:
            directory: made when it is missing.
            clock: Unix seconds, for slices, retention and what is stamped on arrival.
            retention: how long what is kept.
            memory: DuckDB's own limit; the process needs about as much again.
            threads: DuckDB's own threads.

        Raises:
            SightlineError: another process has it, or its file cannot be read.
        """
        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock = DirectoryLock(directory)
        except OSError as error:
            raise SightlineError(
                "the telemetry store's directory cannot be used",
                where=str(directory),
                why=str(error),
                help="choose another directory with --data",
            ) from error
        with contextlib.ExitStack() as undo:
            undo.callback(lock.release)
            try:
                connection = duckdb.connect(
                    str(directory / _FILE),
                    config={
                        "memory_limit": memory,
                        "threads": threads,
                        "temp_directory": str(directory / "spill"),
                        "wal_autocheckpoint": "256MB",
                        "autoinstall_known_extensions": False,
                        "autoload_known_extensions": False,
                    },
                )
                undo.callback(connection.close)
                connection.execute(schema.TABLES)
                _check_version(connection)
                opened = cls(directory, lock, connection, clock, retention or Retention())
            except duckdb.Error as error:
                raise SightlineError(
                    "the telemetry store cannot be opened",
                    where=str(directory / _FILE),
                    why=str(error).splitlines()[0],
                    help="free the disk if it is full; telemetry can be thrown away: delete the file, or choose "
                    "another directory with --data",
                ) from error
            undo.pop_all()
        return opened

    @property
    def write_failures(self) -> tuple[int, str]:
        """How often writing failed, and the last reason; what failed is tried again."""
        return self._writer.failures, self._writer.last_failure

    @property
    def health(self) -> str:
        """Return why nothing can be written at the moment; empty when all is well."""
        return self._writer.last_failure if self._writer.failing else ""

    @property
    def lost(self) -> int:
        """How many rows the database refused although they had been taken; each time the log says why."""
        return self._writer.lost

    def room(self, rows: int) -> bool:
        """Whether an offer of that many spans or log records would be taken now."""
        return self._writer.room(rows)

    def offer_spans(self, columns: SpanColumns) -> bool:
        """Take spans; False means that they are not taken, and must not be acknowledged."""
        return self._writer.offer_spans(columns.batch(), columns.measured_batch())

    def offer_logs(self, columns: LogColumns, offsets: Mapping[str, tuple[str, int]] | None = None) -> bool:
        """Take log records and, with them, by path how far (identity, position) their files are read."""
        return self._writer.offer_logs(columns.batch(), offsets)

    def offsets(self) -> dict[str, tuple[str, int]]:
        """Return how far each tailed file is read: by path, its identity and the position."""
        return {
            path: (identity, position)
            for path, identity, position in self.rows("SELECT path, identity, position FROM offsets")
        }

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Answer a query from the last committed state; safe from every thread."""
        with self._readers_lock:
            cursor = self._readers.pop() if self._readers else self._connection.cursor()
        try:
            found: list[tuple[Any, ...]] = cursor.execute(sql, parameters).fetchall()
        finally:
            with self._readers_lock:
                self._readers.append(cursor)
        return found

    def flush(self, timeout_s: float = 30.0) -> None:
        """Wait until everything offered so far is committed and so visible to readers."""
        self._writer.flush(timeout_s)

    def maintain(self) -> None:
        """Apply retention and compaction now; the store does so by itself once a minute."""
        now = self.clock()
        self._writer.job(lambda cursor: maintenance.prune(cursor, self._retention, now))
        self._writer.job(lambda cursor: maintenance.compact(cursor, self._retention, now))

    def close(self) -> None:
        """Write what is left, and give the directory back."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._keeper.join(5)
        self._writer.close()
        self._connection.close()
        self._lock.release()

    def _keep(self) -> None:
        while not self._closed.wait(maintenance.PERIOD_S):
            self.maintain()


def _check_version(connection: Any) -> None:
    row = connection.execute("SELECT value FROM facts WHERE key = 'version'").fetchone()
    if row is None:
        connection.execute("INSERT INTO facts VALUES ('version', ?)", (str(schema.VERSION),))
    elif row[0] != str(schema.VERSION):
        raise SightlineError(
            "the telemetry store was written by another version",
            why=f"its tables are version {row[0]}, this program's are {schema.VERSION}",
            help="telemetry can be thrown away: delete the directory, or choose another with --data",
        )
