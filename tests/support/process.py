"""A service as it really runs: its own process under gunicorn, killed where a test kills it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.service import TOKEN, TRAFFIC_KEY, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Process:
    """A running service."""

    name: str
    url: str
    popen: subprocess.Popen[bytes]
    log: Path

    def ready(self) -> bool:
        """Whether it takes requests; fails where it ended."""
        assert self.popen.poll() is None, f"{self.name} ended: {self.log.read_text()[-2000:]}"
        return self.status("/readyz") == 200

    def status(self, path: str) -> int:
        """Ask for a page and return the status; 0 = no answer."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # noqa: S310 - our own address
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the whole group: gunicorn's master and its worker."""
        os.killpg(self.popen.pid, number)
        self.popen.wait(timeout=15)


@contextmanager
def process(name: str, folder: Path, environ: Mapping[str, str], port: int = 0) -> Iterator[Process]:
    """Start a service and wait until it is ready; it ends with the block."""
    where = port or free_port()
    env = {key: value for key, value in os.environ.items() if not key.startswith(("SIGHTLINE_", "DD_", "OTEL_"))}
    env |= {
        "SIGHTLINE_ENV": "test",
        "SIGHTLINE_DATA": str(folder),
        "SIGHTLINE_PORT": str(where),
        "SIGHTLINE_LOG_FILE": str(folder / f"{name}.jsonl"),
        "SIGHTLINE_ADMIN_TOKEN": TOKEN,
        "SIGHTLINE_TRAFFIC_KEY": TRAFFIC_KEY,
        **environ,
    }
    out = folder / f"{name}.out"
    with out.open("ab") as log:
        popen = subprocess.Popen(
            [sys.executable, "-P", "-m", f"sightline_{name}"],
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    made = Process(name, f"http://127.0.0.1:{where}", popen, out)
    try:
        wait_for(made.ready, 40)
        yield made
    finally:
        if popen.poll() is None:
            made.kill(signal.SIGTERM)
