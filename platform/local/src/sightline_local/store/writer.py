"""The one thread that writes: takes what was offered, a quarter of a second or twenty thousand rows at a time.

An offer that is accepted is kept until it is committed: when a write fails (a full disk), the same rows are tried
again while the queue fills up and refuses what comes after them. Rows that the database itself refuses would stand in
the way of all others for ever: they are found by writing part by part, left out, counted and logged.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
from arro3.core import Table

from sightline_core.errors import SightlineError
from sightline_local.store.metrics import Pending
from sightline_local.store.schema import LOG_COLUMNS, SPAN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arro3.core import RecordBatch

    from sightline_local.store.metrics import MetricBuffer
    from sightline_local.store.operations import OperationWriter
    from sightline_local.store.series import SeriesIndex, SeriesRow
    from sightline_local.store.slices import SliceWriter

INTERVAL_S = 0.25
BATCH_ROWS = 20_000
QUEUE_ROWS = 80_000
_SPANS = ", ".join(SPAN_COLUMNS)
_LOGS = ", ".join(LOG_COLUMNS)

RETRY_S = 1.0
_LOG = logging.getLogger(__name__)
_ENVIRONMENT = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.InterruptException,
    OSError,
    MemoryError,
)
"""What may be better a second later; anything else is the rows' own fault."""

Offsets = dict[str, tuple[str, int]]


@dataclass(slots=True)
class _Load:
    """What one transaction writes."""

    spans: list[RecordBatch] = field(default_factory=list)
    measured: list[RecordBatch] = field(default_factory=list)
    logs: list[RecordBatch] = field(default_factory=list)
    offsets: Offsets = field(default_factory=dict)
    rows: int = 0
    metrics: Pending = field(default_factory=Pending)
    series: list[SeriesRow] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.rows or self.measured or self.offsets or len(self.metrics) or self.series)

    def parts(self) -> list[_Load]:
        """Return the same in the smallest loads there are; what is read from files stands behind its records."""
        loads = [_Load(series=self.series), _Load(metrics=self.metrics)]
        loads += [_Load(spans=[each], rows=each.num_rows) for each in self.spans]
        loads += [_Load(measured=[each]) for each in self.measured]
        loads += [_Load(logs=[each], rows=each.num_rows) for each in self.logs]
        loads += [_Load(offsets=self.offsets)]
        return [load for load in loads if load]


class Writer:
    """Owns the writing cursor."""

    def __init__(
        self,
        cursor: Any,
        index: SeriesIndex,
        metrics: MetricBuffer,
        slices: SliceWriter,
        operations: OperationWriter,
    ) -> None:
        self._cursor = cursor
        self._index = index
        self._metrics = metrics
        self._slices = slices
        self._operations = operations
        self._condition = threading.Condition()
        self._queue = _Load()
        self._in_flight = 0
        self._started = 0
        self._finished = 0
        self._hurry = False
        self._closing = False
        self._jobs: list[Any] = []
        self.failures = 0
        self.last_failure = ""
        self.failing = False
        self.lost = 0
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def offer_spans(self, batch: RecordBatch, measured: RecordBatch) -> bool:
        """Take the spans for the next write; False when too many wait already."""
        return self._offer(batch, measured, None)

    def offer_logs(self, batch: RecordBatch, offsets: Mapping[str, tuple[str, int]] | None = None) -> bool:
        """Take the records, and with them how far their files are read, for the same transaction."""
        return self._offer(batch, None, offsets)

    def room(self, rows: int) -> bool:
        """Whether that many rows would be taken now."""
        with self._condition:
            waiting = self._queue.rows + self._in_flight
            return not self._closing and (not waiting or waiting + rows <= QUEUE_ROWS)

    def job(self, work: Any) -> None:
        """Run `work(cursor)` on the writer's thread, after what was offered before it."""
        with self._condition:
            self._jobs.append(work)
            self._hurry = True
            self._condition.notify_all()

    def flush(self, timeout_s: float) -> None:
        """Wait until everything offered so far is committed.

        Raises:
            SightlineError: it is not, in that time.
        """
        with self._condition:
            ticket = self._started + 1
            self._hurry = True
            self._condition.notify_all()
            if not self._condition.wait_for(lambda: self._finished >= ticket, timeout_s):
                raise SightlineError(
                    "the store did not write in time",
                    why=self.last_failure or f"not done after {timeout_s:g} s",
                    help="is the disk full?",
                )

    def close(self) -> None:
        """Write what is left and end the thread."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()
        self._thread.join(30)

    def _offer(
        self, batch: RecordBatch, measured: RecordBatch | None, offsets: Mapping[str, tuple[str, int]] | None
    ) -> bool:
        rows = batch.num_rows
        with self._condition:
            if not self.room(rows):
                return False
            queue = self._queue
            if rows:
                (queue.logs if measured is None else queue.spans).append(batch)
            if measured is not None and measured.num_rows:
                queue.measured.append(measured)
            queue.rows += rows
            if offsets:
                queue.offsets.update(offsets)
            if queue.rows >= BATCH_ROWS:
                self._condition.notify_all()
            return True

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(
                    lambda: self._closing or self._hurry or self._queue.rows >= BATCH_ROWS, INTERVAL_S
                )
                self._hurry = False
                self._started += 1
                closing = self._closing
                load, self._queue = self._queue, _Load()
                self._in_flight = load.rows
                jobs, self._jobs = self._jobs, []
            load.metrics = self._metrics.take()
            done = self._persist(load)
            for work in jobs:
                self._attempt(lambda work=work: work(self._cursor))
            with self._condition:
                self._in_flight = 0
                self._finished = self._started
                self._condition.notify_all()
            if closing or not done:
                return

    def _persist(self, load: _Load) -> bool:
        """Write until it succeeds; False when it never did before the end."""
        last = False
        while (error := self._attempt(lambda: self._write(load))) is not None:
            if not isinstance(error, _ENVIRONMENT):
                return self._persist_apart(load, error)
            if last:
                return False
            self.failing = True
            with self._condition:
                last = self._condition.wait_for(lambda: self._closing, RETRY_S)
        self.failing = False
        return True

    def _persist_apart(self, load: _Load, error: Exception) -> bool:
        parts = load.parts()
        if len(parts) > 1:
            return all(self._persist(part) for part in parts)
        self.lost += max(load.rows, 1)
        _LOG.error("%d rows cannot be written and are left out: %s", max(load.rows, 1), error)
        return True

    def _attempt(self, work: Any) -> Exception | None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - this thread must not end while there is something to write
            if not self.failing:
                _LOG.warning("writing failed: %s", error)
            self.failures += 1
            self.last_failure = str(error)
            return error
        return None

    def _write(self, load: _Load) -> None:
        load.series += self._index.unsaved()
        if not load:
            return
        cursor = self._cursor
        cursor.execute("BEGIN")
        try:
            if load.spans:
                cursor.register("spans_in", _joined(load.spans))
                cursor.execute(f"INSERT INTO spans SELECT {_SPANS} FROM spans_in")  # noqa: S608 - our own names
                cursor.unregister("spans_in")
            if load.measured:
                cursor.register("measured_in", _joined(load.measured))
                self._operations.write(cursor)
                cursor.unregister("measured_in")
                load.series += self._index.unsaved()
            if load.logs:
                cursor.register("logs_in", _joined(load.logs))
                cursor.execute(f"INSERT INTO logs SELECT {_LOGS} FROM logs_in")  # noqa: S608 - our own names
                cursor.unregister("logs_in")
            self._slices.save_series(cursor, load.series)
            self._slices.write(cursor, load.metrics)
            for path, (identity, position) in load.offsets.items():
                cursor.execute("DELETE FROM offsets WHERE path = ?", (path,))
                cursor.execute("INSERT INTO offsets VALUES (?, ?, ?)", (path, identity, position))
            cursor.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(duckdb.Error):  # a commit that failed has rolled back already
                cursor.execute("ROLLBACK")
            raise
        self._slices.committed(load.metrics)


def _joined(batches: list[RecordBatch]) -> Table:
    """Return the batches as one: a few hundred rows at a time would be scanned a few hundred rows at a time."""
    return Table.from_batches(batches).combine_chunks()
