"""The services behind the storefront, as calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from sightline_service.problems import Problem

if TYPE_CHECKING:
    from sightline_service.settings import ServiceSettings
    from sightline_telemetry import HttpClient, Response

ORDER_TIMEOUT_S = 8.0


class Shop:
    """Catalog, cart and orders. What they refuse is passed on as the problem that they gave."""

    def __init__(self, http: HttpClient, settings: ServiceSettings) -> None:
        self._http = http
        self._catalog, self._cart, self._orders = (settings.peer(name) for name in ("catalog", "cart", "orders"))

    def products(self, words: str = "") -> list[dict[str, Any]]:
        """List products, all or those with every word."""
        query = f"?{urlencode({'q': words})}" if words else ""
        found: list[dict[str, Any]] = _json(self._http.get(f"{self._catalog}/products{query}"))["products"]
        return found

    def product(self, product_id: str) -> dict[str, Any]:
        """Show one product."""
        return _json(self._http.get(f"{self._catalog}/products/{quote(product_id, safe='')}"))

    def new_cart(self) -> dict[str, Any]:
        """Make a cart."""
        return _json(self._http.post(f"{self._cart}/carts"))

    def cart(self, cart_id: str) -> dict[str, Any]:
        """Show a cart."""
        return _json(self._http.get(f"{self._cart}/carts/{quote(cart_id, safe='')}"))

    def add(self, cart_id: str, product_id: object, quantity: object) -> dict[str, Any]:
        """Put a product in."""
        wanted = {"product_id": product_id, "quantity": quantity}
        return _json(self._http.post(f"{self._cart}/carts/{quote(cart_id, safe='')}/items", json=wanted))

    def remove(self, cart_id: str, product_id: str) -> dict[str, Any]:
        """Take a product out."""
        path = f"{self._cart}/carts/{quote(cart_id, safe='')}/items/{quote(product_id, safe='')}"
        return _json(self._http.request("DELETE", path))

    def give_up(self, cart_id: str) -> None:
        """Give a cart up."""
        _json(self._http.request("DELETE", f"{self._cart}/carts/{quote(cart_id, safe='')}"))

    def checkout(self, cart_id: object, card: object, key: str) -> dict[str, Any]:
        """Place the order."""
        wanted = {"cart_id": cart_id, "card": card}
        headers = {"idempotency-key": key}
        return _json(self._http.post(f"{self._orders}/orders", json=wanted, headers=headers, timeout_s=ORDER_TIMEOUT_S))

    def order(self, order_id: str) -> dict[str, Any]:
        """Show an order."""
        return _json(self._http.get(f"{self._orders}/orders/{quote(order_id, safe='')}"))


def _json(answer: Response) -> dict[str, Any]:
    if answer.status == 204:
        return {}
    try:
        body = answer.json()
    except ValueError:
        body = None
    if answer.ok and isinstance(body, dict):
        return body
    if not isinstance(body, dict) or "type" not in body:
        raise Problem(502, "bad-gateway", "A service behind this one gave no usable answer", f"status {answer.status}")
    known = {"type", "title", "status", "detail"}
    extra = {key: value for key, value in body.items() if key not in known}
    headers = {"Retry-After": answer.headers["retry-after"]} if "retry-after" in answer.headers else {}
    kind = str(body["type"]).rsplit("/", 1)[-1]
    raise Problem(
        answer.status, kind, str(body.get("title", "")), str(body.get("detail", "")), headers=headers, **extra
    )
