"""A service's own app as its tests see it: its client, its database's rows, and its peers played over real HTTP."""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text

from sightline_service.settings import ServiceSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

TOKEN = "admin-token-of-the-tests"
TRAFFIC_KEY = "traffic-key-of-the-tests"
NO_REDIS = "unix:///nonexistent/redis.sock"


@dataclass
class Service:
    """An app that runs."""

    app: Flask
    settings: ServiceSettings

    @property
    def client(self) -> Any:
        """A client of its own, with no cookies yet."""
        return self.app.test_client()

    def lines(self) -> list[dict[str, Any]]:
        """The lines that it logged."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    @property
    def _log(self) -> Path:
        return self.settings.data / f"{self.settings.name}.jsonl"

    def rows(self, query: str, **values: object) -> list[dict[str, Any]]:
        """Ask the service's database behind its back."""
        engine = create_engine(self.settings.database_url)
        try:
            with engine.connect() as connection:
                return [dict(row) for row in connection.execute(text(query), values).mappings()]
        finally:
            engine.dispose()

    def kpis(self) -> Counter[tuple[str, ...]]:
        """The sum of every KPI: the name, then its attributes' values in the order of their names, traffic aside."""
        total: Counter[tuple[str, ...]] = Counter()
        for row in self.rows("SELECT name, value, attributes FROM kpi_outbox"):
            attributes = dict(json.loads(row["attributes"]))
            attributes.pop("traffic")
            total[(row["name"], *attributes.values())] += row["value"]
        return total

    def traffic(self) -> set[str]:
        """The kinds of traffic that the KPIs were counted for."""
        rows = self.rows("SELECT attributes FROM kpi_outbox")
        return {dict(json.loads(row["attributes"]))["traffic"] for row in rows}

    def fault(self, name: str, **how: float) -> None:
        """Turn a switch on."""
        answer = self.client.put(f"/admin/faults/{name}", json=how, headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200, answer.text

    def mend(self, name: str) -> None:
        """Turn a switch off."""
        answer = self.client.delete(f"/admin/faults/{name}", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 204, answer.text


def _forget_loggers() -> None:
    """Structlog's loggers keep the file they first wrote to; a process has one, a test run has one a test."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("sightline_") and hasattr(module, "_log"):
            vars(module._log).pop("bind", None)


class _Client(FlaskClient):
    """Reads every answer to its end and closes it, as a server does: only then is a request over."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **kwargs})


@contextmanager
def running(
    name: str,
    create: Callable[[ServiceSettings], Flask],
    folder: Path,
    *,
    redis_url: str = NO_REDIS,
    peers: Mapping[str, str] | None = None,
    database_url: str = "",
) -> Iterator[Service]:
    """Run a service's app without a server; its threads end with the block."""
    settings = ServiceSettings(
        name=name,
        host="127.0.0.1",
        port=0,
        data=folder,
        database_url=database_url or f"sqlite:///{folder / name}.db",
        redis_url=redis_url,
        admin_token=TOKEN,
        traffic_key=TRAFFIC_KEY,
        peers=peers or {},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIGHTLINE_ENV", "test")
        patch.setenv("SIGHTLINE_TRAFFIC_KEY", TRAFFIC_KEY)
        patch.setenv("SIGHTLINE_LOG_FILE", str(folder / f"{name}.jsonl"))
        app = create(settings)
        _forget_loggers()
    app.test_client_class = _Client
    try:
        yield Service(app, settings)
    finally:
        if "background" in app.extensions:
            app.extensions["background"].stop()


Reply = tuple[int, object]


@dataclass
class Asked:
    """One request that a peer got."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Peer:
    """The other side of HTTP, which must fail on command. `answer` maps a request to a status and a body."""

    answer: Callable[[Asked], Reply]
    asked: list[Asked] = field(default_factory=list, repr=False)
    url: str = ""

    def calls(self, method: str, start: str = "/") -> list[Asked]:
        """The requests of a method to paths that start so."""
        return [each for each in self.asked if each.method == method and each.path.startswith(start)]


@contextmanager
def peer(answer: Callable[[Asked], Reply]) -> Iterator[Peer]:
    """Serve on a free port; status 0 closes the connection without an answer."""
    made = Peer(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {key.lower(): value for key, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, json.loads(body) if body else None)
            made.asked.append(asked)
            status, reply = made.answer(asked)
            if not status:
                self.close_connection = True
                return
            data = b"" if reply is None else reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the base class's spelling

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """A client that went away is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


BAD_BODIES: dict[str, dict[str, Any]] = {
    "no body": {},
    "a form": {"data": {"a": "b"}},
    "plain text": {"data": b"{}", "content_type": "text/plain"},
    "half of a JSON": {"data": b'{"card": ', "content_type": "application/json"},
    "bytes": {"data": b"\xff\xfe\x00\x9c", "content_type": "application/json"},
    "NaN": {"data": b"NaN", "content_type": "application/json"},
    "a list": {"json": []},
    "null": {"data": b"null", "content_type": "application/json"},
    "a number of 5000 digits": {"data": b"9" * 5000, "content_type": "application/json"},
    "nested too deep": {"data": b"[" * 30000 + b"]" * 30000, "content_type": "application/json"},
    "too large": {"data": b'{"a": "' + b"x" * 100_000 + b'"}', "content_type": "application/json"},
    "unknown members": {"json": {"surprise": 1}},
    "an unknown charset": {"data": b"{}", "content_type": "application/json; charset=klingon"},
}
"""What no route that wants a JSON object may take, and no route may answer with a 5xx."""

BAD_TEXTS: dict[str, object] = {
    "none": None,
    "empty": "",
    "number": 7,
    "list": ["x"],
    "object": {"x": 1},
    "true": True,
    "NUL": "a\x00b",
    "half a surrogate pair": "\ud800",
    "long": "x" * 5000,
    "path": "../../etc/passwd",
    "SQL": "' OR 1=1 --",
    "NaN": float("nan"),
}
"""What no id and no card can be."""


def require_problem(answer: Any, *statuses: int) -> dict[str, Any]:
    """Assert that an answer is problem+json with one of the statuses (any 4xx where none is given); return it."""
    assert answer.status_code in (statuses or range(400, 500)), f"{answer.status_code}: {answer.text}"
    assert answer.content_type == "application/problem+json", answer.content_type
    problem: dict[str, Any] = answer.get_json(force=True)
    assert problem["status"] == answer.status_code
    assert problem["type"].startswith("/problems/")
    assert problem["title"]
    return problem


def wait_for(look: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until `look` finds something true, or fail."""
    done = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if look():
            return
        done.wait(0.02)
    raise AssertionError(f"nothing came within {seconds} s")
