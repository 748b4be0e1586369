"""The shop in containers serves an order; its trace and every service's lines arrive. Run by `make compose-test`."""

from __future__ import annotations

import json
import os
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

if TYPE_CHECKING:
    from collections.abc import Callable

SHOP = f"http://127.0.0.1:{os.environ['STOREFRONT_PORT']}"
CONSOLE = f"http://127.0.0.1:{os.environ['CONSOLE_PORT']}"
KEY = {"DD-API-KEY": os.environ["SIGHTLINE_API_KEY"]}
HEALTHY_WITHIN_S = 120
ARRIVES_WITHIN_S = 30

http = urllib3.PoolManager(retries=False, timeout=10.0)


def ask(method: str, url: str, body: object = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    """Send JSON; return the status and the JSON answered."""
    sent = {"accept": "application/json", **(headers or {})}
    data = None
    if body is not None:
        sent["content-type"] = "application/json"
        data = json.dumps(body).encode()
    response = http.request(method, url, body=data, headers=sent)
    return response.status, json.loads(response.data) if response.data else None


def eventually(look: Callable[[], Any], within_s: float) -> Any:
    """Return what `look` finds, once it finds something."""
    deadline = time.monotonic() + within_s
    while True:
        try:
            found = look()
        except (urllib3.exceptions.HTTPError, ValueError):
            found = None
        if found or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


@pytest.fixture(scope="module", autouse=True)
def _up() -> None:
    ready = eventually(lambda: http.request("GET", f"{SHOP}/readyz").status == 200, HEALTHY_WITHIN_S)
    assert ready, "the storefront is not ready"


@pytest.fixture(scope="module")
def trace_id() -> str:
    """Buy a cup of something; return the trace of the checkout."""
    status, listed = ask("GET", f"{SHOP}/api/products")
    assert status == 200
    status, cart = ask("POST", f"{SHOP}/api/carts")
    assert status == 201
    wanted = {"product_id": listed["products"][0]["id"], "quantity": 2}
    assert ask("POST", f"{SHOP}/api/carts/{cart['id']}/items", wanted)[0] in {200, 201}
    made = uuid.uuid4().hex
    headers = {"idempotency-key": made[:16], "traceparent": f"00-{made}-00f067aa0ba902b7-01"}
    status, order = ask(
        "POST", f"{SHOP}/api/checkout", {"cart_id": cart["id"], "card": "4242424242424242"}, headers=headers
    )
    assert status == 201, order
    assert order["total"] == 2 * listed["products"][0]["price"]
    return made


def test_the_order_is_one_trace_from_the_shop_to_the_worker(trace_id: str) -> None:
    """Spans of six containers join: five by HTTP, the worker by the broker."""
    everyone = {"storefront", "catalog", "cart", "orders", "payments", "fulfilment"} - {"catalog"}

    def look() -> Any:
        status, found = ask("GET", f"{CONSOLE}/api/local/v1/traces/{trace_id}", headers=KEY)
        return found if status == 200 and everyone <= set(found["services"]) else None

    found = eventually(look, ARRIVES_WITHIN_S)
    assert found, ask("GET", f"{CONSOLE}/api/local/v1/traces/{trace_id}", headers=KEY)
    logged = eventually(
        lambda: everyone <= {log["service"] for log in (look() or {"logs": []})["logs"]}, ARRIVES_WITHIN_S
    )
    assert logged, f"services with lines: {sorted({log['service'] for log in (look() or found)['logs']})}"


def test_the_console_asks_strangers_for_the_key() -> None:
    """Published beyond the container, the API does not answer without it."""
    assert ask("GET", f"{CONSOLE}/api/local/v1/counters")[0] in {401, 403}
    assert ask("GET", f"{CONSOLE}/api/local/v1/counters", headers=KEY)[0] == 200


def test_nothing_was_dropped(trace_id: str) -> None:
    """The counters say that all that was received is stored."""
    assert trace_id
    _, counters = ask("GET", f"{CONSOLE}/api/local/v1/counters", headers=KEY)
    assert {name: row["dropped"] for name, row in counters["protocols"].items() if row["dropped"]} == {}
