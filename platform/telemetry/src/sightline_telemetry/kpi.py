"""KPIs that are true: rows written with the business fact, sent after its commit, never twice.

A service writes a row into its outbox in the SAME transaction as the order, the payment or the cart it counts. A
relay reads the rows past a durable cursor and sends them, and only what the receiver took moves the cursor. Sending
again changes nothing: over OTLP the value is the running total since the outbox was made, over DogStatsD it is the
whole total of a ten-second bucket, and the receiver replaces instead of adding. So a crash at any point, a slow
receiver or a second relay costs nothing but the repetition.

This file is the agreement: what a store must do (the SQL one is in `sightline_service`), what a transport must do
(`kpi_otlp`, `kpi_dogstatsd`), and the loop between them.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from .logs import get_logger

BUCKET_S = 10

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """One KPI with one set of attributes; `attributes` are sorted pairs."""

    name: str
    attributes: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, name: str, attributes: Mapping[str, str]) -> "Series":
        """The series of a name and its attributes in any order."""
        return cls(name, tuple(sorted(attributes.items())))


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One fact: at the Unix second `occurred_at`, `name` grew by `value` (an integer: money is in minor units)."""

    id: int
    occurred_at: float
    name: str
    value: int
    attributes: Mapping[str, str]

    @property
    def series(self) -> Series:
        """The series it adds to."""
        return Series.of(self.name, self.attributes)

    @property
    def bucket(self) -> int:
        """The start, in Unix seconds, of the ten seconds it falls into."""
        return int(self.occurred_at // BUCKET_S) * BUCKET_S


class KpiStore(Protocol):
    """The outbox. Every method is one transaction of its own.

    Ids must become visible in order: once a row was readable, no row with a smaller id may appear, or the cursor
    passes it by. SQLite's single writer gives that; on PostgreSQL ids are drawn before the commit, so the writer of a
    row must hold a lock until it commits (`pg_advisory_xact_lock`).
    """

    def created_at(self) -> float:
        """The Unix time at which the outbox was made: the start of every running total, fixed for its life."""
        ...

    def cursor(self) -> int:
        """The id of the last row that a receiver took; 0 at first."""
        ...

    def totals(self) -> Mapping[Series, int]:
        """The running total of each series, over the rows up to the cursor."""
        ...

    def read_after(self, cursor: int, limit: int) -> Sequence[KpiRow]:
        """At most `limit` committed rows with larger ids, in ascending order of id."""
        ...

    def read_between(self, start: float, end: float, up_to_id: int) -> Sequence[KpiRow]:
        """All rows with `start <= occurred_at < end` and an id up to `up_to_id`."""
        ...

    def advance(self, cursor: int, totals: Mapping[Series, int]) -> None:
        """Set the cursor and the totals of the given series, both or neither."""
        ...


class Transport(Protocol):
    """A way to the receiver."""

    def send(self, store: KpiStore, rows: Sequence[KpiRow], totals: Mapping[Series, int]) -> bool:
        """Send what `rows` change; `totals` are all running totals with `rows` added. True when it was taken."""
        ...

    def refresh(self, store: KpiStore, totals: Mapping[Series, int]) -> bool:
        """Say again what was said before, for a receiver that missed it; called at the start and when idle."""
        ...

    def close(self) -> None:
        """Release sockets."""
        ...


def added(totals: Mapping[Series, int], rows: Iterable[KpiRow]) -> dict[Series, int]:
    """The totals with the rows added."""
    result = dict(totals)
    for row in rows:
        result[row.series] = result.get(row.series, 0) + row.value
    return result


class KpiRelay:
    """Moves rows from a store to a transport, in a thread of the service."""

    def __init__(
        self,
        store: KpiStore,
        transport: Transport,
        *,
        interval_s: float = 1.0,
        refresh_s: float = 30.0,
        batch: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._transport = transport
        self._interval_s = interval_s
        self._refresh_s = refresh_s
        self._batch = batch
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._refreshed = float("-inf")

    def step(self) -> int:
        """Send one batch; how many rows the receiver took. Rows it did not take stay for the next step."""
        cursor, totals = self._store.cursor(), self._store.totals()
        rows = self._store.read_after(cursor, self._batch)
        if not rows:
            if (
                totals
                and self._clock() - self._refreshed >= self._refresh_s
                and self._transport.refresh(self._store, totals)
            ):
                self._refreshed = self._clock()
            return 0
        after = added(totals, rows)
        if not self._transport.send(self._store, rows, after):
            return 0
        touched = {row.series for row in rows}
        self._store.advance(rows[-1].id, {series: after[series] for series in touched})
        return len(rows)

    def drain(self) -> int:
        """Steps until nothing is left or nothing is taken; how many rows were."""
        taken = 0
        while count := self.step():
            taken += count
        return taken

    def start(self) -> None:
        """Run in a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, name="kpi-relay", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Send what is left, at most for `timeout_s`, and end the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        self._transport.close()

    def _run(self) -> None:
        failing = False
        while True:
            last = self._stop.is_set()
            try:
                self.drain()
                failing = False
            except Exception as error:  # noqa: BLE001 - the loop outlives its store's and receiver's bad moments
                if not failing:
                    _log.warning("kpi relay waits", reason=str(error))
                failing = True
            if last:
                return
            self._stop.wait(self._interval_s)
