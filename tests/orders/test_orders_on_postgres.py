"""The same promises on PostgreSQL, where two transactions do see the same free key at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.postgres import fresh_database, postgres_server
from tests.support.redis import redis_server
from tests.support.service import require_problem, wait_for

from .shop import Shop, open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def shop(tmp_path: Path, server: str) -> Iterator[Shop]:
    """The orders on PostgreSQL and a real Redis."""
    with (
        fresh_database(server) as url,
        redis_server() as (redis_url, client),
        open_shop(tmp_path, redis_url, url) as opened,
    ):
        yield opened
        wait_for(lambda: opened.orders.rows("SELECT count(*) AS n FROM outbox")[0]["n"] == 0)
        accepted = opened.orders.kpis()["shop.orders.placed", "accepted"]
        assert client.xlen("orders.placed") == accepted


@pytest.mark.slow
def test_requests_at_once_are_one_order(shop: Shop) -> None:
    """Eight at once with one key: one order, one charge; nobody gets a 500."""
    ready = threading.Barrier(8)

    def ask(_: int) -> int:
        ready.wait()
        return int(shop.buy().status_code)

    for _ in range(5):
        with ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(ask, range(8)))
        assert set(codes) <= {201, 409}
    assert shop.buy().status_code == 201
    assert shop.sums_charged() == 1
    assert shop.orders.kpis()["shop.orders.revenue", "EUR"] == 1980


@pytest.mark.slow
def test_a_cart_is_ordered_once_whatever_the_key(shop: Shop) -> None:
    """Six tabs that pay the same cart at once are one purchase."""
    ready = threading.Barrier(6)

    def ask(number: int) -> int:
        ready.wait()
        return int(shop.buy(f"k{number}").status_code)

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(ask, range(6)))
    assert sorted(codes) == [201] + [409] * 5
    assert shop.sums_charged() == 1


@pytest.mark.slow
def test_numbers_pass_the_cursor_in_order(shop: Shop) -> None:
    """Forty orders from eight threads: the relay's totals are the sums of the rows, none was passed by."""

    def ask(number: int) -> int:
        shop.fill(f"c{number}")
        return int(shop.buy(f"k{number}", f"c{number}").status_code)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == [201] * 40
    assert shop.orders.kpis()["shop.orders.revenue", "EUR"] == 40 * 1980

    def relayed() -> bool:
        rows = shop.orders.rows("SELECT total FROM kpi_total WHERE name = 'shop.orders.revenue'")
        return rows == [{"total": 40 * 1980}]

    wait_for(relayed)


@pytest.mark.slow
def test_bad_requests_stay_4xx(shop: Shop) -> None:
    """What PostgreSQL cannot hold never reaches it."""
    for value in ("a\x00b", "\ud800", "x" * 5000, 7, None):
        headers = {"Idempotency-Key": "k9"}
        for body in ({"cart_id": value, "card": "4242"}, {"cart_id": "c1", "card": value}):
            require_problem(shop.orders.client.post("/orders", json=body, headers=headers), 422)
    require_problem(shop.orders.client.get("/orders/%00"), 404)
