"""A stage without processes: a backend that plays a given story, and a clock that runs when somebody waits."""

from __future__ import annotations

import io
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sightline_core.console import Console
from sightline_demo.interrupt import Interrupt
from sightline_demo.options import Options
from sightline_demo.ports import DEFAULTS, Ports
from sightline_demo.scene import LOCAL, Scene
from sightline_demo.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRACE = "6b041a5700000000a1b2c3d4e5f60718"


@dataclass
class Clock:
    """Seconds that pass only when somebody waits."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Waiting(Interrupt):
    """An interrupt whose waits take no time and move the clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._held = clock

    def pause(self, seconds: float) -> None:
        self._held.now += seconds
        self.check()


@dataclass
class Backend:
    """Answers like the local backend. Payments fail between two moments; the page follows them.

    `pages_after_s` and `recovers_after_s` count from the fault's begin and end; None = never.
    """

    clock: Clock
    pages_after_s: float | None = 40.0
    recovers_after_s: float | None = 290.0
    silent: tuple[str, ...] = ()
    failing_since: float | None = None
    mended_at: float | None = None
    asked: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.failing_since is None or self.pages_after_s is None:
            return "OK"
        if self.clock() - self.failing_since < self.pages_after_s:
            return "OK"
        if self.mended_at is None or self.recovers_after_s is None:
            return "ALERT"
        return "OK" if self.clock() - self.mended_at >= self.recovers_after_s else "ALERT"

    def answer(self, method: str, path: str, query: dict[str, list[str]]) -> Any:
        self.asked.append((method, path, query))
        if path.startswith("/admin/faults"):
            return self._switch(method)
        return self._read(path.removeprefix(LOCAL))

    def _switch(self, method: str) -> dict[str, str]:
        if method == "DELETE":
            self.mended_at = self.clock()
        else:
            self.failing_since = self.clock()
        return {"status": "ok"}

    def _read(self, path: str) -> Any:
        burning = 30.0 if self.state == "ALERT" else 1.5
        windows = {
            "long": {"window": "1h", "burn_rate": burning},
            "short": {"window": "5m", "burn_rate": burning * 3},
        }
        row = {"id": "s1", "name": "Checkout works", "target": 99.9}
        pages: dict[str, Any] = {
            "/counters": {"evaluator": {"runs": int(self.clock() // 10)}},
            "/monitors": {"monitors": [{"id": 7, "name": "Checkout burns", "state": self.state, "slo_id": "s1"}]},
            "/monitors/7": {
                "monitor": {"name": "Checkout burns"},
                "slo_id": "s1",
                "evidence": {"service": "orders", "error": True, "from": 1, "to": 2, "route": None},
            },
            "/slos": {"slos": [row]},
            "/slos/s1": {
                "row": row,
                "burn": [
                    {
                        "monitor_id": 7,
                        "monitor_name": "Checkout burns",
                        "threshold": 14.4,
                        "state": self.state,
                        **windows,
                    },
                    {
                        "monitor_id": 8,
                        "monitor_name": "Checkout smoulders",
                        "threshold": 3.0,
                        "state": "OK" if self.failing_since is None else "ALERT",
                        "long": {"window": "24h", "burn_rate": 90.0},
                        "short": {"window": "2h", "burn_rate": 90.0},
                    },
                ],
            },
            "/traces": {
                "traces": [
                    {"trace_id": "0" * 31 + "1", "services": ["storefront"], "fault": None},
                    {"trace_id": TRACE, "services": ["storefront", "orders", "payments"], "fault": "failing_payment"},
                ]
            },
            f"/traces/{TRACE}": {
                "trace_id": TRACE,
                "services": ["storefront", "orders", "payments"],
                "logs": [
                    {"service": name, "level": "error", "message": f"{name} failed"}
                    for name in ("payments", "orders", "storefront")
                    if name not in self.silent
                ],
            },
        }
        return pages.get(path)


@contextmanager
def stage(backend: Backend, folder: Path) -> Iterator[tuple[Scene, io.StringIO]]:
    """Serve the backend and build a scene around it; yields the scene and what is narrated."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            found = backend.answer(self.command, parts.path, parse_qs(parts.query))
            self.rfile.read(int(self.headers.get("content-length") or 0))
            body = json.dumps({"errors": ["not found"]} if found is None else found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_PUT(self) -> None:
            self.do_GET()

        def do_DELETE(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    narrated = io.StringIO()
    waiting = Waiting(backend.clock)
    scene = Scene(
        options=Options(
            telemetry="otel", fault=True, at_least_s=0, stay=False, free_ports=True, seed=1, rate=2.0, folder=folder
        ),
        console=Console(io.StringIO(), narrated),
        supervisor=Supervisor("test", waiting),
        interrupt=waiting,
        ports=Ports(dict.fromkeys(DEFAULTS, server.server_port), ()),
        env={},
        admin_token="admin",
        traffic_key="key",
        clock=backend.clock,
        wall=backend.clock,
    )
    try:
        yield scene, narrated
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
