"""How many spans a second the backend takes, keeps, and still has after it is killed.

    python benchmarks/ingest.py --protocol v0.5|otlp --seconds 20

The senders are threads of this process and share the machine's processors with the backend; `spans per CPU-second`
counts the backend's own time only. A full store answers 503 and the sender waits, as the official clients do.
"""

from __future__ import annotations

import argparse
import http.client
import random
import tempfile
import threading
import time
from pathlib import Path

from backend import Backend
from payloads import SPANS_PER_TRACE, otlp, v05

from sightline_local.store import Store

PATHS = {"v0.5": ("/v0.5/traces", "application/msgpack"), "otlp": ("/v1/traces", "application/x-protobuf")}
TRACES = 26


class Sender(threading.Thread):
    """One connection that sends until the end."""

    def __init__(self, port: int, protocol: str, bodies: list[bytes], until: float) -> None:
        super().__init__()
        self._port = port
        self._path, self._type = PATHS[protocol]
        self._bodies = bodies
        self._until = until
        self.accepted = 0
        self.waits = 0
        self.errors = 0

    def run(self) -> None:
        """Send; a full store is waited for."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        headers = {"Content-Type": self._type}
        number = 0
        while time.perf_counter() < self._until:
            connection.request("POST", self._path, self._bodies[number % len(self._bodies)], headers)
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                number += 1
                self.accepted += TRACES * SPANS_PER_TRACE
            elif response.status == 503:
                self.waits += 1
                time.sleep(0.05)
            else:
                self.errors += 1
        connection.close()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--protocol", choices=sorted(PATHS), default="v0.5")
    arguments.add_argument("--seconds", type=float, default=20.0)
    arguments.add_argument("--connections", type=int, default=4)
    options = arguments.parse_args()
    rng = random.Random(7)  # noqa: S311 - the same payloads every time
    make = v05 if options.protocol == "v0.5" else otlp
    bodies = [make(TRACES, rng, time.time_ns()) for _ in range(150)]
    with tempfile.TemporaryDirectory() as directory:
        backend = Backend(Path(directory))
        idle = backend.resident_mb
        busy, started = backend.busy, time.perf_counter()
        until = started + options.seconds
        senders = [
            Sender(
                backend.otlp if options.protocol == "otlp" else backend.agent,
                options.protocol,
                bodies[number::4] or bodies,
                until,
            )
            for number in range(options.connections)
        ]
        for sender in senders:
            sender.start()
        peak = idle
        while any(sender.is_alive() for sender in senders):
            time.sleep(0.1)
            peak = max(peak, backend.resident_mb)
        wall = time.perf_counter() - started
        busy = backend.busy - busy
        accepted = sum(sender.accepted for sender in senders)
        backend.settle()
        peak = max(peak, backend.resident_mb)
        backend.kill()
        started = time.perf_counter()
        store = Store.open(Path(directory))
        reopened = time.perf_counter() - started
        ((kept,),) = store.rows("SELECT count(*) FROM spans")
        store.close()
        size = sum(path.stat().st_size for path in Path(directory).glob("*.duckdb"))
    print(f"protocol            {options.protocol}, {sum(map(len, bodies)) / len(bodies) / TRACES / 10:.0f} B/span")
    print(f"spans/s             {accepted / wall:,.0f}")
    print(f"spans/CPU-second    {accepted / busy:,.0f}")
    print(f"accepted, kept      {accepted:,} {kept:,}")
    print(f"lost                {accepted - kept:,}")
    print(f"waits, errors       {sum(s.waits for s in senders):,} {sum(s.errors for s in senders):,}")
    print(f"memory idle, peak   {idle:.0f} MB {peak:.0f} MB")
    print(f"reopened after kill {reopened:.2f} s")
    print(f"on disk             {size / max(kept, 1):.0f} B/span")


if __name__ == "__main__":
    main()
