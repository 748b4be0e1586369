"""The database: writers take turns, readers see what is committed, and a service's own chores leave no spans."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert, select, text, update

from sightline_service.database import Database

from .kit import FACT, KIT, METADATA, made, roll_back_after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database, _ = made(f"sqlite:///{tmp_path}/folder/d.db")
    yield database
    database.dispose()


def test_an_exception_rolls_back(database: Database) -> None:
    """Nothing of a transaction that failed is there."""
    with pytest.raises(ZeroDivisionError):
        roll_back_after(database, lambda connection: connection.execute(insert(FACT).values(number=1)))
    with database.read() as connection:
        assert connection.execute(select(FACT)).all() == []


def test_writers_at_once_lose_nothing(database: Database) -> None:
    """Forty transactions that read, then write what they read plus one: forty, and no `database is locked`."""
    with database.write() as connection:
        connection.execute(insert(KIT.kpi_total).values(name="n", attributes="", total=0))

    def add_one(_: int) -> None:
        with database.write() as connection:
            total = connection.execute(select(KIT.kpi_total.c.total)).scalar_one()
            time.sleep(0.001)
            connection.execute(update(KIT.kpi_total).values(total=total + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(40)))
    with database.read() as connection:
        assert connection.execute(select(KIT.kpi_total.c.total)).scalar_one() == 40


def test_a_reader_waits_for_no_writer(database: Database) -> None:
    """While a transaction is open, a reader sees what was before it, at once."""
    with database.write() as writing:
        writing.execute(insert(FACT).values(number=1))
        with database.read() as reading:
            assert reading.execute(select(FACT)).all() == []
            assert reading.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"


def test_chores_stay_out_of_the_traces(database: Database) -> None:
    """Only what is asked to be traced runs on the engine that telemetry instruments."""
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
    with database.read(traced=False) as connection:
        connection.execute(text("SELECT 1"))
    with database.write(traced=False) as connection:
        connection.execute(text("SELECT 2"))
    assert database.answers()
    database.create(METADATA)
    assert said == []
    with database.read() as connection:
        connection.execute(text("SELECT 3"))
    assert said == ["SELECT 3"]


def test_a_slow_query_is_slow_in_the_database(database: Database) -> None:
    """The statement itself takes the time."""
    before = time.perf_counter()
    with database.read() as connection:
        connection.execute(text(database.sleep_statement(0.05)))
    assert time.perf_counter() - before >= 0.05


def test_a_database_that_is_away_does_not_answer() -> None:
    """A server that nobody runs is a no, not an exception."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert not database.answers()
    database.dispose()
