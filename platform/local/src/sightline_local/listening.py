"""Sockets and HTTP servers: three ports in one loop, and a bound on what a request may say before its body."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

MAX_HEAD = 64 * 1024


class Protocol(HttpToolsProtocol):
    """HTTP/1.1 whose request line and headers have an end: the parser alone would keep them without limit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: int | None = 0

    def on_message_begin(self) -> None:
        """Begin to count."""
        super().on_message_begin()
        self._head = self._head or 0

    def on_headers_complete(self) -> None:
        """Stop counting."""
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count what comes next: it is the head of another request."""
        super().on_message_complete()
        self._head = 0

    def data_received(self, data: bytes) -> None:
        """Parse, unless the head has become too large."""
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > MAX_HEAD and not self.transport.is_closing():
            self.send_400_response(f"The request line and headers are larger than {MAX_HEAD} bytes.")


class Server(uvicorn.Server):
    """One of three in one loop: signals are handled once, by `server.run`."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def http_server(app: ASGIApp) -> Server:
    """Return a server of an application, for a socket that is bound already."""
    return Server(
        uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=5,
        )
    )


def listen(host: str, port: int, option: str) -> socket.socket:
    """Listen for connections.

    Raises:
        SightlineError: the port is taken, or not ours to take; `option` names what sets it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio answers without waiting for a full packet (TCP_NODELAY).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise SightlineError(
            f"port {port} cannot be opened",
            where=f"{host}:{port}",
            why=str(error.strerror or error),
            help=f"set {option}, 0 for any",
        ) from error
    return listener
