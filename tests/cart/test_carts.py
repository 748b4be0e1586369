"""A cart is filled at the catalog's prices, and ends once: ordered, given up, or forgotten."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from sightline_cart.store import Store
from sightline_service.database import Database
from sightline_telemetry import traffic
from tests.support.service import BAD_BODIES, BAD_TEXTS, TRAFFIC_KEY, require_problem, wait_for

from .conftest import PRICES, Carts, answer_as_catalog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(PRICES)), st.integers(1, 30), st.booleans()), max_size=6))
def test_a_cart_costs_what_lies_in_it(carts: Carts, moves: list[tuple[str, int, bool]]) -> None:
    """After any adding and taking out, the total is the exact sum of the lines at the catalog's prices."""
    cart_id = carts.new()
    held: dict[str, int] = {}
    for product, quantity, out in moves:
        if out:
            carts.service.client.delete(f"/carts/{cart_id}/items/{product}")
            held.pop(product, None)
        elif carts.add(cart_id, product, quantity).status_code == 200:
            held[product] = held.get(product, 0) + quantity
    cart = carts.service.client.get(f"/carts/{cart_id}").json
    assert {item["product_id"]: item["quantity"] for item in cart["items"]} == held
    assert cart["total"] == sum(PRICES[product] * quantity for product, quantity in held.items())
    assert all(quantity <= 99 for quantity in held.values())


def test_a_customer_names_no_price(carts: Carts) -> None:
    """A price in the request is refused, not believed."""
    body = {"product_id": "pot", "quantity": 1, "price": 1}
    require_problem(carts.service.client.post(f"/carts/{carts.new()}/items", json=body), 422)


def test_additions_at_once_all_count(carts: Carts) -> None:
    """Ten at once of one product make ten: none overwrites another."""
    cart_id = carts.new()
    with ThreadPoolExecutor(5) as pool:
        codes = list(pool.map(lambda _: carts.add(cart_id).status_code, range(10)))
    assert codes == [200] * 10
    assert carts.service.client.get(f"/carts/{cart_id}").json["items"][0]["quantity"] == 10


def test_a_cart_is_given_up_once(carts: Carts) -> None:
    """Five who give it up at once count one abandoned cart, which then takes nothing more."""
    before = carts.service.kpis()["shop.carts.abandoned", "explicit"]
    cart_id = carts.new()
    ready = threading.Barrier(5)

    def leave(_: int) -> int:
        ready.wait()
        return int(carts.service.client.delete(f"/carts/{cart_id}").status_code)

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(leave, range(5))) == [204] * 5
    assert carts.service.kpis()["shop.carts.abandoned", "explicit"] == before + 1
    assert require_problem(carts.add(cart_id), 409)["type"] == "/problems/cart-closed"


def test_an_order_closes_its_cart(carts: Carts) -> None:
    """The message `orders.placed`, delivered twice, closes the cart; giving it up then changes and counts nothing."""
    cart_id = carts.new()
    carts.add(cart_id)
    before = carts.service.kpis()["shop.carts.abandoned", "explicit"]
    for _ in range(2):
        carts.redis.xadd("orders.placed", {"order_id": f"o-{cart_id}", "cart_id": cart_id, "lines": "[]"})
    wait_for(lambda: carts.state(cart_id) == "ordered")
    assert carts.service.client.delete(f"/carts/{cart_id}").status_code == 204
    assert carts.state(cart_id) == "ordered"
    assert carts.service.kpis()["shop.carts.abandoned", "explicit"] == before
    require_problem(carts.add(cart_id), 409)


def test_created_carts_count_for_who_made_them(carts: Carts) -> None:
    """One KPI a cart; the kind of traffic is the authenticated one, a claim without the key is a customer."""
    before = carts.service.kpis()["shop.carts.created",]
    carts.service.client.post("/carts", headers={traffic.HEADER: traffic.mint("load", "guessed", 4_000_000_000)})
    carts.service.client.post("/carts", headers={traffic.HEADER: traffic.mint("synthetic", TRAFFIC_KEY, 4_000_000_000)})
    assert carts.service.kpis()["shop.carts.created",] == before + 2
    assert carts.service.traffic() == {"customer", "synthetic"}


@pytest.fixture
def catalog_again(carts: Carts) -> Iterator[None]:
    """Put the catalog right after a test that broke it."""
    yield
    carts.catalog.answer = answer_as_catalog


@pytest.mark.usefixtures("catalog_again")
def test_a_catalog_that_fails_is_a_503(carts: Carts) -> None:
    """No price, no line: a 503 that does not tell addresses, and the cart stays as it was."""
    cart_id = carts.new()
    carts.catalog.answer = lambda _: (500, {})
    require_problem(carts.add(cart_id), 503)
    carts.catalog.answer = lambda _: (0, None)
    assert "127.0.0.1" not in carts.add(cart_id).text
    assert carts.service.client.get(f"/carts/{cart_id}").json["items"] == []


class Clock:
    """Turned by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_forgotten_cart_is_abandoned_once(tmp_path: Path) -> None:
    """Only what nobody touched for so long, once, and for the traffic that made it."""
    clock = Clock()
    store = Store(Database(f"sqlite:///{tmp_path}/c.db"), clock)
    old, touched = store.create(), store.create()
    clock.now += 1000
    store.remove(touched, "mug")
    clock.now += 900
    assert store.sweep(1800) == 1
    assert store.sweep(1800) == 0
    assert store.get(old)["state"] == "abandoned"
    assert store.get(touched)["state"] == "open"
    [row] = [row for row in store.kpis.read_after(0, 10) if row.name == "shop.carts.abandoned"]
    assert row.attributes == {"reason": "timeout", "traffic": "customer"}
    store.database.dispose()


def test_a_readable_cart_needs_a_database(tmp_path: Path) -> None:
    """A store on a file that is no database says so at once, and does not answer as ready."""
    (tmp_path / "c.db").write_bytes(b"this is no database, whatever its name says" * 100)
    broken = Database(f"sqlite:///{tmp_path}/c.db")
    assert not broken.answers()
    with pytest.raises(DatabaseError, match="not a database"):
        Store(broken)
    broken.dispose()


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_body_is_refused(carts: Carts, name: str) -> None:
    """No broken body is a 5xx."""
    require_problem(carts.service.client.post(f"/carts/{carts.new()}/items", **BAD_BODIES[name]))


@pytest.mark.parametrize("quantity", [0, -1, 100, 1.5, 10**30, True, "2", None, float("nan"), [], {}])
def test_a_quantity_is_a_whole_number_from_1_to_99(carts: Carts, quantity: object) -> None:
    """Anything else is refused and named."""
    assert require_problem(carts.add(carts.new(), "mug", quantity), 422)["member"] == "quantity"


def test_a_product_must_be_one(carts: Carts) -> None:
    """An unknown product and every impossible id are refused and named; no odd text reaches the catalog."""
    cart_id = carts.new()
    assert require_problem(carts.add(cart_id, "none"), 422)["member"] == "product_id"
    asked = len(carts.catalog.asked)
    for value in BAD_TEXTS.values():
        body = {"product_id": value, "quantity": 1}
        require_problem(carts.service.client.post(f"/carts/{cart_id}/items", json=body), 422)
    assert len(carts.catalog.asked) == asked


def test_a_cart_has_room_for_so_much(carts: Carts) -> None:
    """99 of one product and 50 products; the line too much is refused, the cart stays."""
    cart_id = carts.new()
    carts.add(cart_id, "p0", 99)
    assert require_problem(carts.add(cart_id, "p0", 1), 422)["type"] == "/problems/cart-full"
    for number in range(1, 50):
        assert carts.add(cart_id, f"p{number}").status_code == 200
    require_problem(carts.add(cart_id, "p50"), 422)
    assert len(carts.service.client.get(f"/carts/{cart_id}").json["items"]) == 50


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/carts", 405),
        ("GET", "/carts/none", 404),
        ("DELETE", "/carts/none", 404),
        ("DELETE", "/carts/none/items/mug", 404),
        ("GET", "/carts/%00", 404),
        ("GET", "/carts/a%2F..%2Fb", 404),
        ("PATCH", "/carts/none", 405),
    ],
)
def test_a_bad_request_line_is_refused(carts: Carts, method: str, path: str, status: int) -> None:
    """A wrong method, an unknown cart and an impossible id have their own answers."""
    require_problem(carts.service.client.open(path, method=method), status)
