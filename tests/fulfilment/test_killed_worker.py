"""The worker is killed with a message in its hands; the message comes again, and counts once."""

from __future__ import annotations

import os
import signal
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.process import process
from tests.support.redis import redis_server
from tests.support.service import wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.process import Process

ORDERS = 400


def count(folder: Path, query: str) -> int:
    connection = sqlite3.connect(folder / "fulfilment.db", timeout=10)
    try:
        return int(connection.execute(query).fetchone()[0])
    finally:
        connection.close()


def frozen_in_the_middle(worker: Process, client: Any) -> bool:
    """Stop the worker where it stands; a worker that holds no message at that moment goes on."""
    # A kill at any moment may fall between two batches, when all is acknowledged: then there is nothing to see.
    os.killpg(worker.popen.pid, signal.SIGSTOP)
    if client.xpending("orders.placed", "fulfilment")["pending"]:
        return True
    os.killpg(worker.popen.pid, signal.SIGCONT)
    return False


@pytest.mark.slow
def test_a_kill_in_the_middle_ships_every_order_once(tmp_path: Path) -> None:
    """400 orders, kill -9 twice while it ships them: in the end 400 shipments, 400 facts, nothing pending."""
    with redis_server() as (url, client):
        environ = {"SIGHTLINE_REDIS_URL": url}
        with process("fulfilment", tmp_path, environ) as worker:
            client.ping()
            pipe = client.pipeline()
            for number in range(ORDERS):
                pipe.xadd("orders.placed", {"order_id": f"o{number}", "cart_id": "c", "lines": "[]"})
            pipe.execute()
            wait_for(lambda: count(tmp_path, "SELECT count(*) FROM shipment") > 20)
            wait_for(lambda: frozen_in_the_middle(worker, client))
            worker.kill()
        shipped = count(tmp_path, "SELECT count(*) FROM shipment")
        assert 20 < shipped < ORDERS
        assert client.xpending("orders.placed", "fulfilment")["pending"] > 0
        with process("fulfilment", tmp_path, environ) as worker:
            wait_for(lambda: count(tmp_path, "SELECT count(*) FROM shipment") > shipped + 20)
            worker.kill()
        with process("fulfilment", tmp_path, environ):
            wait_for(lambda: count(tmp_path, "SELECT count(*) FROM shipment") == ORDERS, 30)
            wait_for(lambda: client.xpending("orders.placed", "fulfilment")["pending"] == 0, 30)
        assert count(tmp_path, "SELECT count(*) FROM shipment") == ORDERS
        assert count(tmp_path, "SELECT sum(value) FROM kpi_outbox WHERE name = 'shop.orders.fulfilled'") == ORDERS
        # What was sent on is what was counted: the relay drained the outbox before the process ended.
        assert count(tmp_path, "SELECT sum(total) FROM kpi_total WHERE name = 'shop.orders.fulfilled'") == ORDERS
