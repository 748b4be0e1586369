"""The ports of a run: the well-known ones where they are free, else others."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass

HOST = "127.0.0.1"
DEFAULTS = {
    "api": 4280,
    "agent": 8126,
    "otlp": 4318,
    "dogstatsd": 8125,
    "storefront": 4300,
    "catalog": 4301,
    "cart": 4302,
    "orders": 4303,
    "payments": 4304,
    "fulfilment": 4305,
}
_UDP = frozenset({"dogstatsd"})


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each part of the run listens; `moved` names those whose well-known port was taken."""

    by_name: dict[str, int]
    moved: tuple[str, ...]

    def __getitem__(self, name: str) -> int:
        """Return the port of one part."""
        return self.by_name[name]

    def url(self, name: str) -> str:
        """Return the address of one part."""
        return f"http://{HOST}:{self.by_name[name]}"


def choose(*, free: bool) -> Ports:
    """Choose a port for every part.

    Args:
        free: take any free ports, not the well-known ones.

    All sockets are held until every port is chosen, so no port is given twice.
    """
    chosen: dict[str, int] = {}
    moved = []
    with contextlib.ExitStack() as held:
        for name, default in DEFAULTS.items():
            bound = None if free else _bind(name, default)
            if bound is None:
                bound = _bind(name, 0)
                if not free:
                    moved.append(name)
            if bound is None:
                raise OSError(f"no free port for {name}")
            held.enter_context(bound)
            chosen[name] = bound.getsockname()[1]
    return Ports(chosen, tuple(moved))


def _bind(name: str, port: int) -> socket.socket | None:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if name in _UDP else socket.SOCK_STREAM)
    if name not in _UDP:
        # As every server does: a port of which only old connections are left is free.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.close()
        return None
    return sock
