"""DogStatsD's sockets, each read by a thread of its own: a datagram that is not read in time is lost."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sightline_local.intake.counters import Counter

_LOG = logging.getLogger(__name__)
_BUFFER = 8 * 1024 * 1024
_LARGEST = 65536


class DatagramReader:
    """Hands every datagram of a bound socket to `take`, until `stop`."""

    def __init__(
        self, bound: socket.socket, take: Callable[[bytes, Counter], None], counter: Counter, name: str
    ) -> None:
        # The kernel gives what it is allowed to (net.core.rmem_max), at most this much.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        bound.settimeout(0.25)
        self._socket = bound
        self._take = take
        self._counter = counter
        self._stopping = threading.Event()
        self._inode = str(os.fstat(bound.fileno()).st_ino)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it is bound to, 0 for a Unix socket."""
        return int(self._socket.getsockname()[1]) if self._socket.family != socket.AF_UNIX else 0

    def lost(self) -> int:
        """Return how many datagrams the kernel threw away for want of room, as far as it tells (Linux, UDP)."""
        if self._socket.family == socket.AF_UNIX or self._stopping.is_set():
            return 0
        try:
            lines = [line for table in ("udp", "udp6") for line in Path(f"/proc/net/{table}").read_text().splitlines()]
        except OSError:
            return 0
        fields = next((line.split() for line in lines if f" {self._inode} " in line), None)
        return int(fields[-1]) if fields else 0

    def stop(self) -> None:
        """End the thread and close the socket."""
        self._stopping.set()
        self._thread.join(3)
        self._socket.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                data = self._socket.recv(_LARGEST)
            except TimeoutError:
                continue
            except OSError:
                return
            try:
                self._take(data, self._counter)
            except Exception:  # noqa: BLE001 - one datagram that nobody foresaw must not end the reading of all others
                _LOG.exception("a datagram could not be taken")
                self._counter.settle(0, taken=True, rejected=1)


def bind_udp(host: str, port: int) -> socket.socket:
    """Bind a UDP socket.

    Raises:
        SightlineError: the port is taken, or not ours to take.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise SightlineError(
            "DogStatsD's port cannot be opened",
            where=f"udp {host}:{port}",
            why=str(error),
            help="is a Datadog agent running? Choose another port with --dogstatsd-port",
        ) from error
    return made


def bind_unix(path: Path) -> socket.socket:
    """Bind a Unix datagram socket, in place of one that nobody listens on any more.

    Raises:
        SightlineError: somebody listens on it, or the path cannot be used.
    """
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_socket():
            _unlink_unused(path)
        made.bind(str(path))
    except OSError as error:
        made.close()
        raise SightlineError(
            "DogStatsD's socket cannot be opened",
            where=str(path),
            why=str(error),
            help="choose another path with --dogstatsd-socket (about a hundred characters at most)",
        ) from error
    return made


def _unlink_unused(path: Path) -> None:
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as probe:
        if probe.connect_ex(str(path)) == 0:
            raise OSError("another process listens on it")
    path.unlink()
