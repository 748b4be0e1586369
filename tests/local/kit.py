"""What the tests of store, intake and reads share: a clock, spans, and the whole backend on free ports."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import urllib3

from sightline_datadog.evaluate.source import SumRequest
from sightline_datadog.query import parse_metric_query, tree
from sightline_local.server import Settings, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sightline_local.backend import Backend
    from sightline_local.store import Store
    from sightline_local.store.columns import LogColumns, SpanColumns

NOW = 1_800_000_000


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


def query(text: str) -> tree.MetricQuery:
    """Parse a metric query of the test's own."""
    parsed, problems = parse_metric_query(text)
    assert isinstance(parsed, tree.MetricQuery), problems
    return parsed


def total(store: Store, text: str, start: int = 0, end: int = 1 << 32) -> float | None:
    """Flush, and return what a query adds up to."""
    store.flush()
    return store.source.sums([SumRequest(query(text), start, end)])[0]


def add_span(columns: SpanColumns, **values: Any) -> None:
    """Add a span with likely values where none are given."""
    start = values.pop("at", NOW)
    defaults = {
        "trace_lo": 1,
        "trace_hi": 0,
        "span_id": len(columns) + 1,
        "parent_id": 0,
        "service": "web",
        "name": "flask.request",
        "resource": "GET /",
        "type": "web",
        "kind": "server",
        "start_ns": int(start * 1_000_000_000),
        "duration_ns": 1_000_000,
        "error": False,
        "entry": True,
        "status_code": 200,
        "route": "/",
        "traffic": "customer",
        "fault": None,
        "env": "demo",
        "version": "1",
        "source": "ddtrace",
        "tags": "{}",
    }
    defaults["measured"] = values.get("entry", True)
    for name, value in {**defaults, **values}.items():
        getattr(columns, name).append(value)


def add_log(columns: LogColumns, **values: Any) -> None:
    """Add a log record with likely values where none are given."""
    at = values.pop("at", NOW)
    defaults = {
        "at_ns": int(at * 1_000_000_000),
        "service": "web",
        "level": "info",
        "message": "hello",
        "trace_lo": None,
        "trace_hi": None,
        "span_id": None,
        "env": "demo",
        "attributes": "{}",
    }
    for name, value in {**defaults, **values}.items():
        getattr(columns, name).append(value)


def until(true: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


class Running:
    """The whole backend, as `sightline local serve` assembles it, on free ports."""

    def __init__(self, addresses: dict[str, Any], backend: Backend) -> None:
        self.addresses = addresses
        self.backend = backend
        self.store = backend.store
        self._pool = urllib3.PoolManager(num_pools=3, maxsize=1)

    @property
    def counters(self) -> dict[str, dict[str, int]]:
        """What came, by protocol."""
        return self.backend.intake.counters()

    def send(self, app: str, method: str, path: str, body: Any = b"", **headers: str) -> urllib3.BaseHTTPResponse:
        """Send a request to one of `api`, `agent`, `otlp`; header names have underscores for dashes."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self._pool.request(
            method, self.addresses[app] + path, body=body, headers=named, retries=False, redirect=False, timeout=30
        )

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the API in JSON; it must agree."""
        answer = self.send("api", method, path, b"" if body is None else orjson.dumps(body))
        assert answer.status < 300, (answer.status, answer.data)
        return orjson.loads(answer.data)

    def port(self, app: str) -> int:
        """Return a port's number."""
        return int(str(self.addresses[app]).rpartition(":")[2])

    def count(self, table: str, where: str = "true") -> int:
        """Flush, and count rows."""
        self.store.flush()
        return int(self.store.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])  # noqa: S608 - our own names

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


@contextlib.contextmanager
def running(directory: Path, **options: Any) -> Iterator[Running]:
    """Serve from a directory, in a thread, with the shipped assembly."""
    chosen = {"api_port": 0, "agent_port": 0, "otlp_port": 0, "dogstatsd_port": 0, "evaluate_every_s": 3600.0}
    settings = Settings(data=directory, **{**chosen, **options})
    told: queue.Queue[tuple[Any, ...] | BaseException] = queue.Queue()
    stop: list[Callable[[], object]] = []

    async def main() -> None:
        event, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(event.set))
        await serve(settings, lambda *ready: told.put(ready), event)

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:  # noqa: BLE001 - told to the test that waits
            told.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    answer = told.get(timeout=20)
    if isinstance(answer, BaseException):
        raise answer
    found = Running(*answer)
    try:
        yield found
    finally:
        found.close()
        stop[0]()
        thread.join(20)
        assert not thread.is_alive()
        assert told.empty(), told.get()
