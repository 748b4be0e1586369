from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sightline_cart.app import create
from tests.support.redis import redis_server
from tests.support.service import Asked, Peer, Reply, Service, peer, running

if TYPE_CHECKING:
    from collections.abc import Iterator

PRICES = {"mug": 990, "pot": 5990, "leaf": 450}


@dataclass
class Carts:
    """The service, its catalog and its Redis."""

    service: Service
    catalog: Peer
    redis: Any

    def new(self) -> str:
        """Make a cart and return its id."""
        answer = self.service.client.post("/carts")
        assert answer.status_code == 201
        return str(answer.json["id"])

    def add(self, cart_id: str, product: str = "mug", quantity: object = 1) -> Any:
        """Put something in."""
        wanted = {"product_id": product, "quantity": quantity}
        return self.service.client.post(f"/carts/{cart_id}/items", json=wanted)

    def state(self, cart_id: str) -> str:
        """How the cart stands."""
        return str(self.service.client.get(f"/carts/{cart_id}").json["state"])


def answer_as_catalog(asked: Asked) -> Reply:
    """Know three products, and any number of `p1`, `p2`, …."""
    product = asked.path.rsplit("/", 1)[-1]
    price = PRICES.get(product) or (100 if product.startswith("p") else None)
    if price is None:
        return 404, {"type": "/problems/not-found", "status": 404}
    return 200, {"id": product, "name": product.title(), "price": price, "currency": "EUR"}


@pytest.fixture(scope="session")
def carts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carts]:
    """The service with a catalog and a real Redis; each test makes its own carts."""
    folder = tmp_path_factory.mktemp("cart")
    with (
        redis_server() as (url, client),
        peer(answer_as_catalog) as catalog,
        running("cart", create, folder, redis_url=url, peers={"catalog": catalog.url}) as service,
    ):
        yield Carts(service, catalog, client)
