"""KPIs in SQL: written in the transaction of the fact, read by the relay past a durable cursor."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, text, update

from sightline_telemetry.kpi import KpiRow, Series
from sightline_telemetry.telemetry import active

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from sightline_service.database import Database
    from sightline_service.tables import Kit

KEPT_S = 7 * 86400
_ORDER_LOCK = 7_263_002


class SqlKpiStore:
    """The outbox of one service, as `sightline_telemetry.kpi.KpiStore` asks for it."""

    def __init__(self, database: Database, kit: Kit, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._kit = kit
        self._clock = clock
        with database.write(traced=False) as connection:
            if connection.execute(select(kit.kpi_cursor.c.one)).first() is None:
                connection.execute(insert(kit.kpi_cursor).values(one=1, cursor=0, created_at=clock()))

    def record(self, connection: Connection, name: str, value: int = 1, **attributes: str) -> None:
        """Write a fact into the transaction that makes it true.

        `traffic` is that of the request or message in progress unless it is given. What the file of instruments does
        not declare raises in tests and is counted and dropped elsewhere.
        """
        checked = active().check_kpi(name, value, attributes)
        if checked is None:
            return
        if not self._database.sqlite:
            # Ids are drawn before the commit: without this a smaller id could appear behind the relay's cursor.
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ORDER_LOCK})"))
        row = {"occurred_at": self._clock(), "name": name, "value": value, "attributes": _pairs(checked)}
        connection.execute(insert(self._kit.kpi_outbox).values(**row))

    def created_at(self) -> float:
        """Return when the outbox was made."""
        with self._database.read(traced=False) as connection:
            return float(connection.execute(select(self._kit.kpi_cursor.c.created_at)).scalar_one())

    def cursor(self) -> int:
        """Return up to which id the receiver took the rows."""
        with self._database.read(traced=False) as connection:
            return int(connection.execute(select(self._kit.kpi_cursor.c.cursor)).scalar_one())

    def totals(self) -> Mapping[Series, int]:
        """Return the running totals up to the cursor."""
        with self._database.read(traced=False) as connection:
            rows = connection.execute(select(self._kit.kpi_total)).all()
        return {Series(row.name, _series(row.attributes)): int(row.total) for row in rows}

    def read_after(self, cursor: int, limit: int) -> Sequence[KpiRow]:
        """Return committed rows past the cursor."""
        outbox = self._kit.kpi_outbox
        query = select(outbox).where(outbox.c.id > cursor).order_by(outbox.c.id).limit(limit)
        return self._rows(query)

    def read_between(self, start: float, end: float, up_to_id: int) -> Sequence[KpiRow]:
        """Return the rows of a stretch of time."""
        outbox = self._kit.kpi_outbox
        when = (outbox.c.occurred_at >= start, outbox.c.occurred_at < end, outbox.c.id <= up_to_id)
        return self._rows(select(outbox).where(*when).order_by(outbox.c.id))

    def advance(self, cursor: int, totals: Mapping[Series, int]) -> None:
        """Move the cursor together with the totals."""
        table = self._kit.kpi_total
        with self._database.write(traced=False) as connection:
            for series, total in totals.items():
                key = {"name": series.name, "attributes": json.dumps(series.attributes)}
                connection.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))
                connection.execute(insert(table).values(**key, total=total))
            connection.execute(update(self._kit.kpi_cursor).values(cursor=cursor))

    def forget(self, now: float) -> None:
        """Drop rows that were sent long ago; their totals stay."""
        outbox = self._kit.kpi_outbox
        sent = (outbox.c.id <= self.cursor(), outbox.c.occurred_at < now - KEPT_S)
        with self._database.write(traced=False) as connection:
            connection.execute(delete(outbox).where(*sent))

    def close(self) -> None:
        """Close the database's idle connections."""
        self._database.dispose()

    def _rows(self, query: object) -> list[KpiRow]:
        with self._database.read(traced=False) as connection:
            found = connection.execute(query).all()  # type: ignore[call-overload]  # any select of the outbox
        return [KpiRow(row.id, row.occurred_at, row.name, row.value, dict(json.loads(row.attributes))) for row in found]


def _pairs(attributes: Mapping[str, str]) -> str:
    return json.dumps(sorted(attributes.items()))


def _series(attributes: str) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in json.loads(attributes))
