"""gunicorn's threaded worker, less easily stalled: a client that sends slowly, or nothing, keeps no thread for long.

A thread reads a request with a blocking socket and no time limit: as many clients as there are threads, each sending
half a request, stopped every page and the health check for as long as they liked. A proxy in front would hold them
off; here there is none.
"""

from __future__ import annotations

import contextlib
import socket
import time
from typing import TYPE_CHECKING, Any

from gunicorn.workers import gthread

if TYPE_CHECKING:
    from collections.abc import Iterator

READ_WITHIN_S = 10.0
"""How long a request may take to arrive. One that takes longer to answer is answered all the same."""
FIRST_BYTE_WITHIN_S = 0.1
"""How long a thread waits for the first byte before the poller waits instead; gunicorn's own is 5 s."""


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """The `gthread` worker with a time limit on what clients send."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Take what gunicorn gives."""
        super().__init__(*args, **options)
        self._begun: dict[int, tuple[float, socket.socket]] = {}

    def handle(self, conn: Any) -> Any:
        """Handle a request, in a thread."""
        if not conn.initialized and not conn.data_ready and not conn.wait_for_data(FIRST_BYTE_WITHIN_S):
            return gthread._DEFER  # noqa: SLF001 - what its own `handle` answers then
        with self._watched(conn.sock):
            return super().handle(conn)

    def murder_pending(self) -> None:
        """Close what waits too long, as before; hear no more of what has been arriving for too long."""
        super().murder_pending()
        for begun, sock in list(self._begun.values()):
            if time.monotonic() - begun > READ_WITHIN_S:
                # Only the reading side: a request that had arrived and is being worked on is still answered.
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RD)

    @contextlib.contextmanager
    def _watched(self, sock: socket.socket) -> Iterator[None]:
        key = id(sock)
        self._begun[key] = (time.monotonic(), sock)
        try:
            yield
        finally:
            del self._begun[key]
