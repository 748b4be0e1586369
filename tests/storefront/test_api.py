"""The JSON API: passes on what the services say, and who is asking, authenticated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sightline_telemetry import traffic
from tests.support.service import BAD_BODIES, TRAFFIC_KEY, require_problem

if TYPE_CHECKING:
    from .conftest import Front

KEY = {"Idempotency-Key": "k1"}


def test_an_app_buys(front: Front) -> None:
    """Products, a cart, a line, a checkout with the app's own key, the order."""
    client = front.service.client
    assert client.get("/api/products?q=mug").json["products"][0]["price"] == 990
    assert client.get("/api/products/mug").json["id"] == "mug"
    made = client.post("/api/carts")
    assert made.status_code == 201
    cart = made.json["id"]
    added = client.post(f"/api/carts/{cart}/items", json={"product_id": "mug", "quantity": 2})
    assert added.json["total"] == 1980
    assert client.get(f"/api/carts/{cart}").json == added.json
    order = client.post("/api/checkout", json={"cart_id": cart, "card": "4242"}, headers=KEY)
    assert order.status_code == 201
    assert client.get(f"/api/orders/{order.json['id']}").json == order.json
    assert front.behind.calls("POST", "/orders")[0].headers["idempotency-key"] == "k1"


def test_a_cart_is_given_up(front: Front) -> None:
    """A 204, and the carts' service was told."""
    cart = front.service.client.post("/api/carts").json["id"]
    assert front.service.client.delete(f"/api/carts/{cart}").status_code == 204
    assert front.carts[cart]["state"] == "abandoned"


PASSED_ON: list[dict[str, Any]] = [
    {"type": "/problems/card-declined", "title": "Declined", "status": 402, "reason": "insufficient_funds"},
    {"type": "/problems/in-progress", "title": "In progress", "status": 409},
    {"type": "/problems/invalid", "title": "No", "status": 422, "detail": "`card` is none.", "member": "card"},
    {"type": "/problems/payment-failed", "title": "Failed", "status": 503, "reason": "processor_error"},
    {"type": "/problems/payment-unknown", "title": "Unknown", "status": 504, "reason": "timeout"},
]


@pytest.mark.parametrize("problem", PASSED_ON, ids=lambda problem: str(problem["type"]))
def test_a_problem_is_passed_on_whole(front: Front, problem: dict[str, Any]) -> None:
    """Type, status and reason arrive as the service behind gave them: the load's book is kept by them."""
    front.checkout = (problem["status"], problem)
    answer = front.service.client.post("/api/checkout", json={"cart_id": "c", "card": "4242"}, headers=KEY)
    assert require_problem(answer, problem["status"]) == problem


@pytest.mark.parametrize("reply", [(500, b"<html>"), (200, b"[]"), (200, b"{"), (500, {}), (302, None), (200, b"")])
def test_nonsense_behind_is_a_502(front: Front, reply: tuple[int, object]) -> None:
    """An answer that is no JSON object, or an error that is no problem, is a bad gateway and no crash."""
    front.behind.answer = lambda _: reply
    require_problem(front.service.client.get("/api/products"), 502)


def test_a_service_that_is_away_is_a_503(front: Front) -> None:
    """No answer is a 503 worth another try, and no address is told."""
    front.behind.answer = lambda _: (0, None)
    answer = front.service.client.get("/api/products")
    require_problem(answer, 503, 504)
    assert "Retry-After" in answer.headers
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize("name", [name for name in BAD_BODIES if name != "an unknown charset"])
@pytest.mark.parametrize("path", ["/api/checkout", "/api/carts/c1/items"])
def test_a_bad_body_is_refused(front: Front, name: str, path: str) -> None:
    """No broken body is a 5xx, and none is passed on."""
    require_problem(front.service.client.post(path, headers=KEY, **BAD_BODIES[name]))
    assert front.behind.asked == []


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "é"])
def test_a_checkout_needs_a_key(front: Front, key: str) -> None:
    """Without a usable idempotency key nothing is ordered."""
    answer = front.service.client.post("/api/checkout", json={}, headers={"Idempotency-Key": key})
    assert require_problem(answer, 400)["type"] == "/problems/no-key"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/carts", 405),
        ("GET", "/api/carts/%00", 404),
        ("GET", "/api/carts/none", 404),
        ("GET", "/api/products/a%2Fb", 404),
        ("GET", "/api/products?q=" + "x" * 101, 422),
        ("GET", "/api/orders/none", 404),
        ("PUT", "/api/checkout", 405),
        ("GET", "/admin/faults", 401),
    ],
)
def test_a_bad_request_line_is_refused(front: Front, method: str, path: str, status: int) -> None:
    """The API answers with problems even to a browser."""
    answer = front.service.client.open(path, method=method, headers={"Accept": "text/html"})
    require_problem(answer, status)


def test_odd_headers_change_nothing(front: Front) -> None:
    """Broken trace contexts, cookies, types and lengths of headers are no reason to fail."""
    odd = {
        "traceparent": "00-zz-\x7f-01",
        "tracestate": "=,=;" * 50,
        "baggage": "é" * 100,
        "x-datadog-trace-id": "-1",
        "x-datadog-parent-id": "99999999999999999999999999",
        "Cookie": 'shop_cart="; shop_form=;;=',
        "Accept": "*/*;q=banana",
        "Accept-Language": "\xff",
        "User-Agent": "x" * 5000,
        traffic.HEADER: "load." * 40,
    }
    assert front.service.client.get("/api/products", headers=odd).status_code == 200


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("", "customer"),
        ("load", "customer"),
        (traffic.mint("load", "guessed", 4_000_000_000), "customer"),
        (traffic.mint("load", TRAFFIC_KEY, 1_000_000_000), "customer"),
        (traffic.mint("load", TRAFFIC_KEY, 4_000_000_000), "load"),
        (traffic.mint("synthetic", TRAFFIC_KEY, 4_000_000_000), "synthetic"),
    ],
)
def test_the_kind_of_traffic_is_passed_on_only_when_it_is_authentic(front: Front, token: str, kind: str) -> None:
    """A claim, a forgery and an expired token are a customer's, and leave nothing in the calls behind."""
    front.service.client.get("/api/products", headers={traffic.HEADER: token} if token else {})
    [call] = front.behind.asked
    passed_on = call.headers.get(traffic.HEADER)
    assert traffic.verify(passed_on, TRAFFIC_KEY, 0) == kind
    assert (passed_on is None) == (kind == "customer")
