"""A service under gunicorn among clients that send slowly or not at all."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

THREADS = 2
APP = """
import time
from sightline_service.app import make_app

def create(settings):
    app, _ = make_app(settings, __name__, {})

    @app.get("/slow")
    def slow():
        time.sleep(2.5)
        return "done"

    return app
"""
RUN = """
import sightline_service.worker
sightline_service.worker.READ_WITHIN_S = 1.0
from sightline_service.runner import run
run("catalog", "slow_shop")
"""


def _get(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=8) as answer:
        return bytes(answer.read())


@pytest.fixture(name="port", scope="module")
def _port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder: Path = tmp_path_factory.mktemp("slow")
    package = folder / "slow_shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "app.py").write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    env = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "SIGHTLINE_PORT": str(port),
        "SIGHTLINE_DATA": str(folder),
        "SIGHTLINE_THREADS": str(THREADS),
        "SIGHTLINE_TELEMETRY": "none",
        "SIGHTLINE_LOG_FILE": os.devnull,
    }
    service = subprocess.Popen([sys.executable, "-c", RUN], env=env, start_new_session=True)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                _get(port, "/healthz")
                break
            except OSError:
                assert service.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield port
    finally:
        service.terminate()
        service.wait(15)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nX-Slow: ", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nx"])
def test_clients_that_stop_sending_stall_nobody_for_long(port: int, sent: bytes) -> None:
    """Twice as many as there are threads: whoever asks meanwhile is answered after twice the limit at most."""
    slow = [socket.create_connection(("127.0.0.1", port)) for _ in range(2 * THREADS)]
    try:
        for each in slow:
            each.sendall(sent)
        assert b"ok" in _get(port, "/healthz")
    finally:
        for each in slow:
            each.close()


def test_an_answer_may_take_longer_than_a_request(port: int) -> None:
    """The limit is on what clients send, not on what we do."""
    assert _get(port, "/slow") == b"done"
