"""The same promises on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_fulfilment.app import create
from tests.support.postgres import fresh_database, postgres_server
from tests.support.redis import redis_server
from tests.support.service import running, wait_for

from .conftest import Worker

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_what_is_delivered_again_is_shipped_once(tmp_path: Path) -> None:
    """Thirty orders published twice each, and the worker started again in between: thirty shipments and facts."""
    with (
        postgres_server() as server,
        fresh_database(server) as url,
        redis_server() as (redis_url, client),
    ):
        for _ in range(2):
            with running("fulfilment", create, tmp_path, redis_url=redis_url, database_url=url) as service:
                worker = Worker(service, client)
                for number in range(30):
                    worker.send(f"o{number}")
                wait_for(worker.done, 20)
        with running("fulfilment", create, tmp_path, redis_url=redis_url, database_url=url) as service:
            assert len(service.rows("SELECT * FROM shipment")) == 30
            assert service.kpis()["shop.orders.fulfilled",] == 30
