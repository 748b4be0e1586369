"""The local backend as a process, and a proxy before it that remembers what was asked and can interfere."""

from __future__ import annotations

import http.client
import http.server
import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Callable

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Said(NamedTuple):
    """An answer that the proxy gives in the backend's place."""

    status: int
    body: object
    headers: dict[str, str]


@dataclass
class Backend:
    """`sightline local serve` on free ports."""

    process: subprocess.Popen[str]
    address: str

    @classmethod
    def start(cls, data: Path, *, evaluate_every: str = "60s") -> Backend:
        """Start it, and wait for its addresses."""
        ports = [word for name in ("api", "agent", "otlp", "dogstatsd") for word in (f"--{name}-port", "0")]
        command = [SIGHTLINE, "local", "serve", "--data", str(data), "--evaluate-every", evaluate_every, *ports]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        return cls(process, json.loads(process.stdout.readline())["api"])

    def stop(self) -> None:
        """End it politely."""
        self.process.terminate()
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask the API, as somebody who does not use Sightline would."""
        headers = {"DD-API-KEY": "a", "DD-APPLICATION-KEY": "b", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.address}{path}", data, headers, method=method), timeout=10) as response:  # noqa: S310 - our own address
            return json.loads(response.read())

    def slos(self) -> list[dict[str, Any]]:
        """Return every SLO."""
        return list(self.call("GET", "/api/v1/slo?limit=1000")["data"])

    def monitors(self) -> list[dict[str, Any]]:
        """Return every monitor."""
        return list(self.call("GET", "/api/v1/monitor"))


@dataclass
class Proxy:
    """Passes requests on to `target`, one at a time.

    `before(n, method, path)` is asked at the n-th write and may answer in the backend's place; `after(n)` is told once
    the backend has done it, before the client learns of it.
    """

    target: str
    before: Callable[[int, str, str], Said | None] = lambda _number, _method, _path: None
    after: Callable[[int], None] = lambda _number: None
    log: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                proxy.log.append((self.command, self.path.partition("?")[0]))
                number = sum(method in WRITES for method, _ in proxy.log)
                said = proxy.before(number, self.command, self.path)
                if said is None:
                    status, content = proxy.pass_on(self.command, self.path, body)
                    if self.command in WRITES:
                        proxy.after(number)
                    said = Said(status, json.loads(content or b"null"), {})
                text = json.dumps(said.body).encode()
                self.send_response(said.status)
                for name, value in {"Content-Length": str(len(text)), **said.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815 - the base class's names

            def log_message(self, *_arguments: object) -> None: ...

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def pass_on(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Ask the backend itself."""
        connection = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=10)
        try:
            headers = {"DD-API-KEY": "a", "DD-APPLICATION-KEY": "b", "Content-Type": "application/json"}
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    @property
    def writes(self) -> list[tuple[str, str]]:
        """What was written, as (method, kind)."""
        return [(method, path.split("/")[3]) for method, path in self.log if method in WRITES]
