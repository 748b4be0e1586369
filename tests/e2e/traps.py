"""Sockets that a vendor's client would send to if it believed the planted settings; they count what arrives."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "0123456789abcdef0123456789abcdef"


@dataclass(slots=True)
class Traps:
    """A TCP and a UDP port of this machine that nobody should know, and what came in."""

    tcp: socket.socket
    udp: socket.socket
    caught: list[bytes] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The settings of somebody who has an account, an agent and a proxy, all of them leading here."""
        http = f"http://127.0.0.1:{self.tcp.getsockname()[1]}"
        return {
            "DD_API_KEY": KEY,
            "DD_APP_KEY": KEY,
            "DD_SITE": "datadoghq.eu",
            "DD_HOST": http,
            "DATADOG_API_KEY": KEY,
            "DATADOG_HOST": http,
            "DD_TRACE_AGENT_URL": http,
            "DD_AGENT_HOST": "192.0.2.1",
            "DD_DOGSTATSD_URL": f"udp://127.0.0.1:{self.udp.getsockname()[1]}",
            "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": http,
            "OTEL_EXPORTER_OTLP_HEADERS": f"api-key={KEY}",
            "OTEL_TRACES_EXPORTER": "otlp",
            "HTTP_PROXY": http,
            "https_proxy": http,
        }


@contextmanager
def traps() -> Iterator[Traps]:
    """Set them; whatever connects or sends is noted until the block ends."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        tcp.bind(("127.0.0.1", 0))
        tcp.listen(50)
        udp.bind(("127.0.0.1", 0))
        set_up = Traps(tcp, udp)
        ended = threading.Event()
        threads = [threading.Thread(target=watch, args=(set_up, ended)) for watch in (_connections, _datagrams)]
        for thread in threads:
            thread.start()
        try:
            yield set_up
        finally:
            ended.set()
            for thread in threads:
                thread.join()


def _connections(trap: Traps, ended: threading.Event) -> None:
    trap.tcp.settimeout(0.2)
    while not ended.is_set():
        try:
            connection, _ = trap.tcp.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(1.0)
            try:
                trap.caught.append(connection.recv(65536) or b"a connection without a word")
            except OSError as error:
                trap.caught.append(f"a connection: {error}".encode())


def _datagrams(trap: Traps, ended: threading.Event) -> None:
    trap.udp.settimeout(0.2)
    while not ended.is_set():
        try:
            trap.caught.append(trap.udp.recv(65536))
        except TimeoutError:
            continue
