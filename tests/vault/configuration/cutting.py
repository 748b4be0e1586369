"""Ends of an apply at a request of a number: by an exception that nobody catches, and by kill -9 of the command."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any

from sightline_kube.testing.servers.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.testing.servers.vault import VaultNode
    from sightline_vault.client.secret import Secret
    from sightline_vault.client.wire import Answer, Request, Wire


class _Sink(BaseRequestHandler):
    def handle(self) -> None:
        while self.request.recv(64 * 1024):
            pass


@contextmanager
def sink() -> Iterator[str]:
    """Listen for an audit device that writes to a socket, and throw away what comes; gives HOST:PORT."""
    server = ThreadingTCPServer(("127.0.0.1", 0), _Sink)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


READS = {"GET", "LIST"}


class Killed(BaseException):
    """Nothing of ours catches it."""


class CutWire:
    """Raises at the n-th write (from 0), which Vault has done by then."""

    def __init__(self, wire: Wire, at: int = -1) -> None:
        self._wire, self._at = wire, at
        self.writes: list[str] = []

    def send(self, address: str, request: Request, token: Secret | None) -> Answer:
        if request.method in READS:
            return self._wire.send(address, request, token)
        self.writes.append(f"{request.method} {request.path}")
        answer = self._wire.send(address, request, token)
        if len(self.writes) - 1 == self._at:
            raise Killed
        return answer

    def stream(self, address: str, request: Request, token: Secret | None) -> Any:
        return self._wire.stream(address, request, token)


@contextmanager
def killing_proxy(node: VaultNode, at: int) -> Iterator[tuple[str, list[int]]]:
    """Stand before a node; kill -9 whoever has sent the n-th write, once it is done and before it is answered.

    Gives the address, and a list to put the process's id into.
    """
    victim: list[int] = []
    writes: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
            token = self.headers.get("X-Vault-Token", "")
            told = ask(
                self.command,
                node.site.api + self.path,
                body,
                headers={"X-Vault-Token": token} if token else {},
                ca=node.site.ca,
                timeout=20,
            )
            if self.command not in READS:
                writes.append(self.path)
                if len(writes) - 1 == at:
                    os.kill(victim[0], signal.SIGKILL)
                    self.close_connection = True
                    return
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - the names that http.server calls

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parameter's name in http.server
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", victim
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
