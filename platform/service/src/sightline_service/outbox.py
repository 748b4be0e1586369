"""Messages that are true: written in the transaction of the fact, published after it, at least once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from sqlalchemy import delete, insert, select

from sightline_telemetry import get_logger, inject

if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Event

    from sqlalchemy import Connection

    from sightline_service.database import Database
    from sightline_service.tables import Kit
    from sightline_telemetry.broker import Broker

INTERVAL_S = 0.1
BATCH = 100
_log = get_logger(__name__)


def add(connection: Connection, kit: Kit, stream: str, fields: Mapping[str, str]) -> None:
    """Write a message into the transaction, with the trace and the kind of traffic that it belongs to."""
    row = {"stream": stream, "fields": json.dumps(dict(fields)), "carrier": json.dumps(inject())}
    connection.execute(insert(kit.outbox).values(**row))


class OutboxRelay:
    """Publishes what the outbox holds; a message leaves it only after the broker has it."""

    def __init__(self, database: Database, kit: Kit, broker: Broker) -> None:
        self._database = database
        self._kit = kit
        self._broker = broker

    def run(self, stop: Event) -> None:
        """Publish until stopped; lost connections are waited out."""
        failing = False
        while not stop.is_set():
            try:
                while self.step():
                    pass
                failing = False
            except RedisError as error:
                if not failing:
                    _log.warning("outbox waits for the broker", reason=str(error))
                failing = True
                stop.wait(1.0)
            stop.wait(INTERVAL_S)

    def step(self) -> int:
        """Publish one batch; return how many messages."""
        outbox = self._kit.outbox
        with self._database.read(traced=False) as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.id).limit(BATCH)).all()
        for row in rows:
            # A crash between these two publishes it again: consumers de-duplicate.
            self._broker.publish(row.stream, json.loads(row.fields), carrier=json.loads(row.carrier))
            with self._database.write(traced=False) as connection:
                connection.execute(delete(outbox).where(outbox.c.id == row.id))
        return len(rows)
