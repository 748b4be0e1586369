"""What the tests of store, intake and reads share: a clock, spans, and the intake behind a real server."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3
import uvicorn
from starlette.applications import Starlette

from sightline_datadog.evaluate.source import SumRequest
from sightline_datadog.query import parse_metric_query, tree
from sightline_local.intake import Intake
from sightline_local.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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
    """The intake of a store behind a real server on one port."""

    def __init__(self, store: Store, intake: Intake, port: int) -> None:
        self.store = store
        self.intake = intake
        self.port = port
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=1)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> urllib3.BaseHTTPResponse:
        """Send a request; header names have underscores for dashes."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self._pool.request(method, f"http://127.0.0.1:{self.port}{path}", body=body, headers=named)

    def close(self) -> None:
        """Close the connection."""
        self._pool.clear()


@contextlib.contextmanager
def running(directory: Path, clock: Callable[[], float] = time.time) -> Iterator[Running]:
    """Open a store in a directory and serve its intake."""
    store = Store.open(directory, clock=clock)
    intake = Intake(store, clock=clock)
    routes = [*intake.agent_routes(), *intake.otlp_routes(), *intake.datadog_routes()]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    found = Running(store, intake, server.servers[0].sockets[0].getsockname()[1])
    try:
        yield found
    finally:
        found.close()
        intake.stop()
        server.should_exit = True
        thread.join(10)
        store.close()
