"""A real Prometheus that scrapes nothing and holds a history that was written by promtool."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


def program(name: str) -> str:
    """Find `prometheus` or `promtool`, or skip the test and say how to run it."""
    variable = f"SIGHTLINE_{name.upper()}"
    found = os.environ.get(variable) or shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}: {variable} is not set, and PATH has none")
    return found


def serving(folder: Path, openmetrics: str) -> AbstractContextManager[str]:
    """Serve a history in the text of OpenMetrics; gives the address."""
    import contextlib

    @contextlib.contextmanager
    def run() -> Iterator[str]:
        (folder / "history.txt").write_text(openmetrics)
        (folder / "prometheus.yml").write_text("global: {scrape_interval: 1h}\n")
        create = [program("promtool"), "tsdb", "create-blocks-from", "openmetrics"]
        subprocess.run([*create, "history.txt", "data"], cwd=folder, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        command = [program("prometheus"), "--config.file=prometheus.yml", "--storage.tsdb.path=data"]
        command += [f"--web.listen-address={address}", "--storage.tsdb.retention.time=90d", "--log.level=error"]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(f"http://{address}/-/ready")
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(20)

    return run()


def _wait(address: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=2) as response:  # noqa: S310 - our own address
                if response.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("Prometheus never became ready")
