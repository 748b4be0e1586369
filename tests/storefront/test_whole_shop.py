"""The whole shop as it runs: seven processes, a purchase through all of them, and services killed under it."""

from __future__ import annotations

import re
import secrets
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.service import TOKEN, wait_for

from .processes import GOOD

if TYPE_CHECKING:
    from .processes import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def key() -> str:
    return secrets.token_hex(8)


def test_a_purchase_goes_through_every_service_in_one_trace(shop: Shop, key: str) -> None:
    """Ordered, charged, shipped, the cart closed; the lines of all six carry the id that the customer sent."""
    trace_id = secrets.token_hex(16)
    cart = shop.filled_cart()
    traceparent = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    body = {"cart_id": cart, "card": GOOD}
    status, order = shop.call("POST", "storefront/api/checkout", body, Idempotency_Key=key, traceparent=traceparent)
    assert (status, order["total"]) == (201, 1980)
    wait_for(lambda: shop.call("GET", f"fulfilment/shipments/{order['id']}")[0] == 200)
    wait_for(lambda: shop.call("GET", f"storefront/api/carts/{cart}")[1]["state"] == "ordered")
    for name in ("storefront", "cart", "orders", "payments", "fulfilment"):
        assert any(line.get("trace_id") == trace_id for line in shop.lines(name)), name
    assert all(line["trace_id"] == trace_id for line in shop.lines("fulfilment") if line.get("order") == order["id"])


def test_a_slow_payment_is_called_off_in_time(shop: Shop, key: str) -> None:
    """A payment slower than the orders wait is a 504 that says that nothing was charged, and it stays uncharged."""
    cart = shop.filled_cart()
    shop.fault("payments", "slow_payment", delay_ms=6000)
    try:
        status, problem = shop.buy(cart, key)
    finally:
        shop.call("DELETE", "payments/admin/faults/slow_payment", Authorization=f"Bearer {TOKEN}")
    assert (status, problem["type"], problem["reason"]) == (504, "/problems/payment-failed", "timeout")
    order = shop.ask("orders", "SELECT id FROM shop_order WHERE key = ?", key)
    assert shop.call("GET", f"payments/payments/{order}-1")[1]["status"] == "cancelled"
    wait_for(lambda: shop.ask("payments", "SELECT count(*) FROM kpi_outbox WHERE attributes LIKE '%\"timeout\"%'") == 1)
    assert shop.buy(cart, key)[0] == 201


TORN = {
    "a chunk without a size": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk that ends early": b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}\r\n",
    "a length that is none": b"Content-Length: abc\r\n\r\n{}",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length too long": b"Content-Length: 999999999\r\n\r\n{}",
    "a body that ends early": b"Content-Length: 50\r\n\r\n{",
    "a header without a name": b": x\r\n\r\n",
    "a header of 20 kB": b"X-Long: " + b"x" * 20_000 + b"\r\n\r\n",
    "200 headers": b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n",
}


@pytest.mark.parametrize("name", TORN)
def test_what_is_no_http_is_a_4xx(shop: Shop, name: str) -> None:
    """Broken framing and absurd headers are refused with a 4xx or by hanging up, never with a 5xx."""
    start = b"POST /api/checkout HTTP/1.1\r\nHost: shop\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\n"
    where = urlsplit(shop.running["storefront"].url)
    connection = HTTPConnection(str(where.hostname), where.port, timeout=10)
    try:
        connection.connect()
        assert connection.sock is not None
        connection.sock.sendall(start + TORN[name])
        connection.sock.shutdown(1)
        answer = connection.sock.makefile("rb").readline()
    except ConnectionError:
        answer = b""
    finally:
        connection.close()
    assert not answer or re.match(rb"HTTP/1\.1 4\d\d ", answer), answer
    assert shop.running["storefront"].status("/readyz") == 200


def test_payments_killed_under_a_purchase_lose_and_double_nothing(shop: Shop) -> None:
    """Payments die and come back while carts are paid: each key ends as one order or as known to have failed."""
    keys = [(shop.filled_cart(), secrets.token_hex(8)) for _ in range(6)]
    shop.running["payments"].kill()
    for cart, each in keys:
        status, problem = shop.buy(cart, each)
        assert (status, problem["type"]) == (503, "/problems/payment-unknown")
    with shop.start("payments"):
        for cart, each in keys[:3]:
            wait_for(lambda cart=cart, each=each: shop.buy(cart, each)[0] == 201)  # type: ignore[misc]  # of the round
        how = "SELECT state FROM shop_order WHERE key = ?"
        wait_for(lambda: all(shop.ask("orders", how, each) == "failed" for _, each in keys[3:]), 30)
        charged = "SELECT count(*) FROM payment WHERE status = 'authorised'"
        assert shop.ask("payments", charged) == shop.ask(
            "orders", "SELECT count(*) FROM shop_order WHERE state = 'accepted'"
        )
