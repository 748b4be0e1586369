"""Messages handled once: the mark that one was seen is committed with what it changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import OperationalError

from sightline_telemetry import get_logger

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from sqlalchemy import Connection

    from sightline_service.database import Database
    from sightline_service.tables import Kit
    from sightline_telemetry.broker import Broker, Message

KEPT_S = 7 * 86400
CLAIM_IDLE_MS = 5_000
BLOCK_MS = 1_000
RETRY_S = 1.0
_log = get_logger(__name__)


class Consumer:
    """Reads a stream in the name of a group.

    Args:
        key: which business key a message carries: a message published twice has two ids and one key.
        handle: changes the service's tables in the transaction it is given; called once for each key.
    """

    def __init__(
        self,
        database: Database,
        kit: Kit,
        broker: Broker,
        *,
        stream: str,
        group: str,
        key: Callable[[Message], str],
        handle: Callable[[Connection, Message], None],
    ) -> None:
        self._database = database
        self._kit = kit
        self._broker = broker
        self._stream = stream
        self._group = group
        self._key = key
        self._handle = handle

    def run(self, stop: Event) -> None:
        """Consume until stopped."""
        self._broker.consume(
            self._stream,
            self._group,
            f"{self._group}-1",
            lambda message: self._patiently(message, stop),
            stop=stop,
            block_ms=BLOCK_MS,
            claim_idle_ms=CLAIM_IDLE_MS,
        )

    def _patiently(self, message: Message, stop: Event) -> None:
        """Wait for a database that is away: its absence is no fault of the message, which would be buried for it."""
        waiting = False
        while True:
            try:
                self.once(message)
            except OperationalError as error:
                if stop.is_set():
                    raise
                if not waiting:
                    _log.warning("message waits for the database", stream=self._stream, reason=str(error.orig))
                waiting = True
                stop.wait(RETRY_S)
            else:
                return

    def once(self, message: Message) -> None:
        """Handle a message, unless one with its key was handled before."""
        seen = self._kit.seen
        key = f"{self._stream}:{self._key(message)}"[:200]
        with self._database.write() as connection:
            if connection.execute(select(seen.c.key).where(seen.c.key == key)).first() is not None:
                return
            connection.execute(insert(seen).values(key=key, at=time.time()))
            self._handle(connection, message)

    def forget(self, now: float) -> None:
        """Drop marks that no delivery can be waiting for any more."""
        with self._database.write(traced=False) as connection:
            connection.execute(delete(self._kit.seen).where(self._kit.seen.c.at < now - KEPT_S))
