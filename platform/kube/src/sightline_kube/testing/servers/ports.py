"""Ports of loopback that nobody listens on."""

from __future__ import annotations

import secrets
import socket

LOWEST, HIGHEST = 20_000, 32_000
"""Below what Linux gives to outgoing connections (32768 and up): while a server is down in a test of restarts, no
client's connection can take its port."""


def free(count: int) -> list[int]:
    """Return so many different ports; each was free a moment ago."""
    found: list[socket.socket] = []
    try:
        while len(found) < count:
            asked = socket.socket()
            try:
                asked.bind(("127.0.0.1", LOWEST + secrets.randbelow(HIGHEST - LOWEST)))
                found.append(asked)
            except OSError:
                asked.close()
        return [int(each.getsockname()[1]) for each in found]
    finally:
        for each in found:
            each.close()
