from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from sightline_storefront.app import create
from tests.support.service import Asked, Peer, Reply, Service, peer, running

from .processes import NAMES, Shop, open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator

MUG = {"id": "mug", "name": "Blue <mug>", "description": "Stoneware & glaze", "price": 990, "currency": "EUR"}
NOT_FOUND: Reply = (404, {"type": "/problems/not-found", "title": "Not found", "status": 404, "detail": "None."})
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@dataclass
class Front:
    """The storefront, and the services behind it, played by one peer. `checkout` is what the orders answer."""

    service: Service = None  # type: ignore[assignment]  # set as soon as it runs
    behind: Peer = None  # type: ignore[assignment]
    carts: dict[str, dict[str, Any]] = field(default_factory=dict)
    checkout: Reply = (201, None)

    def answer(self, asked: Asked) -> Reply:
        """Answer as catalog, cart and orders do."""
        what, *rest = asked.path.split("?")[0].strip("/").split("/")
        if what == "products":
            return (200, {"products": [MUG]}) if not rest else (200, MUG) if rest[0] == "mug" else NOT_FOUND
        if what == "orders":
            return self._order(asked, rest)
        if not rest:
            made = {"id": f"cart-{len(self.carts)}", "state": "open", "items": [], "total": 0, "currency": "EUR"}
            self.carts[str(made["id"])] = made
            return 201, made
        return self._cart(asked, rest)

    def _order(self, asked: Asked, rest: list[str]) -> Reply:
        shown = {"id": "o1", "state": "accepted", "total": 1980, "currency": "EUR", "items": []}
        if asked.method == "POST":
            return self.checkout if self.checkout[1] is not None else (201, shown)
        return (200, shown) if rest == ["o1"] else NOT_FOUND

    def _cart(self, asked: Asked, rest: list[str]) -> Reply:
        cart = self.carts.get(rest[0])
        if cart is None:
            return NOT_FOUND
        if asked.method == "POST":
            if not isinstance(asked.body["quantity"], int):
                problem = {"type": "/problems/invalid", "title": "No", "status": 422, "detail": "`quantity` is none."}
                return 422, problem | {"member": "quantity"}
            line = {"product_id": "mug", "name": MUG["name"], "price": 990, "currency": "EUR"}
            cart["items"] = [line | {"quantity": asked.body["quantity"]}]
            cart["total"] = 990 * asked.body["quantity"]
        elif asked.method == "DELETE" and len(rest) == 3:
            cart["items"], cart["total"] = [], 0
        elif asked.method == "DELETE":
            cart["state"] = "abandoned"
            return 204, None
        return 200, cart


@pytest.fixture(scope="session")
def _front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    made = Front()
    with peer(made.answer) as behind:
        peers = dict.fromkeys(("catalog", "cart", "orders"), behind.url)
        with running("storefront", create, tmp_path_factory.mktemp("storefront"), peers=peers) as service:
            made.service, made.behind = service, behind
            yield made


@pytest.fixture
def front(_front: Front) -> Front:
    """The storefront, with empty carts and peers that work."""
    _front.carts.clear()
    _front.behind.asked.clear()
    _front.behind.answer = _front.answer
    _front.checkout = (201, None)
    return _front


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The whole shop, open; each test buys with carts and keys of its own."""
    with open_shop(tmp_path_factory.mktemp("shop")) as opened, opened.start(*NAMES):
        yield opened


class Browser:
    """A customer with a browser: cookies, forms, no script."""

    def __init__(self, front: Front) -> None:
        self.client = front.service.client
        self.page = ""

    def get(self, path: str) -> Any:
        """Open a page."""
        return self._see(self.client.get(path, headers=HTML))

    def send(self, path: str, **form: str) -> Any:
        """Send the form of the page in sight, and follow where it leads."""
        token = re.search(r'name="form_token" value="([^"]+)"', self.page)
        filled = ({"form_token": token[1]} if token else {}) | form
        return self._see(self.client.post(path, data=filled, headers=HTML, follow_redirects=True))

    def _see(self, answer: Any) -> Any:
        self.page = answer.text
        return answer


@pytest.fixture
def browser(front: Front) -> Browser:
    return Browser(front)
