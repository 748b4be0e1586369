"""Metrics and events to the Datadog Agent, one datagram each, from jobs and sidecars that may not fail for it.

<https://docs.datadoghq.com/extend/dogstatsd/datagram_shell/>. Nothing is buffered: a probe that is killed has said what
it saw. A datagram that nobody takes is lost, and `lost` counts those that this machine noticed.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Sequence

PORT = 8125


class Dogstatsd:
    """Sends to `HOST:PORT`, `udp://HOST:PORT` or `unix:///PATH`; to nobody where the address is empty."""

    def __init__(self, address: str, tags: Sequence[str] = ()) -> None:
        self._where = _read(address) if address else None
        self._tags = tuple(tags)
        self.lost = 0

    def gauge(self, name: str, value: float, tags: Sequence[str] = ()) -> None:
        """Say how much it is now."""
        self._metric(name, value, "g", tags)

    def count(self, name: str, value: int = 1, tags: Sequence[str] = ()) -> None:
        """Say that it happened."""
        self._metric(name, value, "c", tags)

    def distribution(self, name: str, value: float, tags: Sequence[str] = ()) -> None:
        """Say one of many values, of which the percentiles are wanted."""
        self._metric(name, value, "d", tags)

    def event(self, title: str, text: str, *, alert: str = "info", tags: Sequence[str] = ()) -> None:
        """Tell of a happening; `alert` is info, success, warning or error."""
        body = text.replace("\n", "\\n")
        head = f"_e{{{len(title.encode())},{len(body.encode())}}}"
        self._send(f"{head}:{title}|{body}|t:{alert}{self._suffix(tags)}")

    def _metric(self, name: str, value: float, kind: str, tags: Sequence[str]) -> None:
        self._send(f"{name}:{value:.9g}|{kind}{self._suffix(tags)}")

    def _suffix(self, tags: Sequence[str]) -> str:
        found = (*self._tags, *tags)
        return f"|#{','.join(found)}" if found else ""

    def _send(self, line: str) -> None:
        if self._where is None:
            return
        family, address = self._where
        try:
            # Opened each time: the Agent's address changes when its pod does, and this is seldom.
            with socket.socket(family, socket.SOCK_DGRAM) as sender:
                sender.settimeout(1.0)
                sender.connect(address)
                sender.send(line.encode())
        except OSError:
            self.lost += 1


def _read(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    parts = urlsplit(address if "//" in address else f"udp://{address}")
    try:
        port = parts.port or PORT
    except ValueError:
        port = 0
    if parts.scheme == "unix" and parts.path:
        return socket.AF_UNIX, parts.path
    if parts.scheme == "udp" and parts.hostname and port:
        return socket.AF_INET, (parts.hostname, port)
    raise SightlineError(
        f"`{address}` is no address of DogStatsD", help="write HOST:PORT, udp://HOST:PORT or unix:///PATH"
    )
