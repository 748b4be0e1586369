"""All ways in, around one store and one set of counters."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sightline_local.intake.agent import Agent
from sightline_local.intake.counters import Counters
from sightline_local.intake.datadog import DatadogIntake
from sightline_local.intake.dogstatsd import Dogstatsd
from sightline_local.intake.happenings import Happenings
from sightline_local.intake.otlp import Otlp
from sightline_local.intake.sockets import DatagramReader, bind_udp, bind_unix
from sightline_local.intake.tail import Tail

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from starlette.routing import Route

    from sightline_local.store import Store


class Intake:
    """Routes for three ports, DogStatsD's sockets, and the files that are followed."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._counters = Counters()
        self._agent = Agent(store, self._counters)
        self._otlp = Otlp(store, self._counters)
        self._datadog = DatadogIntake(store, self._counters)
        self._happenings = Happenings(store, self._counters["datadog.logs"], clock)
        self._udp: DatagramReader | None = None
        self._uds: DatagramReader | None = None
        self._socket_path: Path | None = None
        self._tails: list[Tail] = []

    def agent_routes(self) -> list[Route]:
        """Return the routes of the agent's port."""
        return self._agent.routes()

    def otlp_routes(self) -> list[Route]:
        """Return the routes of the OTLP port."""
        return self._otlp.routes()

    def datadog_routes(self) -> list[Route]:
        """Return the routes of the API port that take telemetry."""
        return [*self._datadog.routes(), *self._happenings.routes()]

    async def start_dogstatsd(self, host: str, port: int, socket_path: Path | None = None) -> int:
        """Listen for datagrams on UDP and, with a path, on a Unix socket; return the UDP port.

        Raises:
            SightlineError: a port or path cannot be used.
        """
        udp = bind_udp(host, port)
        if socket_path is not None:
            try:
                uds = bind_unix(socket_path)
            except BaseException:
                udp.close()
                raise
            self._socket_path = socket_path
            self._uds = self._reader(uds, "dogstatsd.uds")
        self._udp = self._reader(udp, "dogstatsd.udp")
        return self._udp.port

    def _reader(self, bound: socket.socket, protocol: str) -> DatagramReader:
        # A parser of its own, as it remembers series and each socket has its thread.
        parser = Dogstatsd(self._store, self._clock)
        return DatagramReader(bound, parser.datagram, self._counters[protocol], protocol)

    def start_tail(self, globs: Sequence[str]) -> None:
        """Follow the files that match; positions are kept in the store."""
        tail = Tail(self._store, globs, self._counters["tail.logs"], self._clock)
        tail.start()
        self._tails.append(tail)

    def counters(self) -> dict[str, dict[str, int]]:
        """Return the numbers of every protocol; datagrams that the kernel lost count as dropped."""
        found = self._counters.snapshot()
        if self._udp is not None:
            lost = self._udp.lost()
            found["dogstatsd.udp"]["received"] += lost
            found["dogstatsd.udp"]["dropped"] += lost
        return found

    def stop(self) -> None:
        """Stop listening and following; the store stays open."""
        for tail in self._tails:
            tail.stop()
        for reader in (self._udp, self._uds):
            if reader is not None:
                reader.stop()
        if self._socket_path is not None:
            self._socket_path.unlink(missing_ok=True)
        self._tails, self._udp, self._uds, self._socket_path = [], None, None, None
