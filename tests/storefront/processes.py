"""The shop's seven processes, for the tests that need all of it."""

from __future__ import annotations

import json
import sqlite3
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.support.process import Process, free_port, process
from tests.support.service import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("catalog", "cart", "orders", "payments", "fulfilment", "storefront")
GOOD = "4242424242424242"


@dataclass
class Shop:
    """The processes and where their data lies."""

    folder: Path
    environ: dict[str, str]
    ports: dict[str, int]
    running: dict[str, Process] = field(default_factory=dict)

    def call(self, method: str, url: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Send JSON to a service (`name/path`) and return the status and the JSON."""
        name, _, path = url.partition("/")
        data = None if body is None else json.dumps(body).encode()
        sent = ({"Content-Type": "application/json"} if data else {}) | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[name]}/{path}", data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - our own address
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def filled_cart(self) -> str:
        """Make a cart with two mugs."""
        cart = str(self.call("POST", "storefront/api/carts")[1]["id"])
        status, _ = self.call("POST", f"storefront/api/carts/{cart}/items", {"product_id": "mug-blue", "quantity": 2})
        assert status == 200
        return cart

    def buy(self, cart: str, key: str, card: str = GOOD) -> tuple[int, Any]:
        """Check out."""
        return self.call("POST", "storefront/api/checkout", {"cart_id": cart, "card": card}, Idempotency_Key=key)

    def fault(self, name: str, switch: str, **how: float) -> None:
        """Turn a switch on."""
        token = f"Bearer {TOKEN}"
        assert self.call("PUT", f"{name}/admin/faults/{switch}", how, Authorization=token)[0] == 200

    def ask(self, name: str, query: str, *values: str) -> Any:
        """Ask a service's database for one value."""
        connection = sqlite3.connect(self.folder / f"{name}.db", timeout=10)
        try:
            return connection.execute(query, values).fetchone()[0]
        finally:
            connection.close()

    def lines(self, name: str) -> list[dict[str, Any]]:
        """What a service logged."""
        return [json.loads(line) for line in (self.folder / f"{name}.jsonl").read_text().splitlines()]

    @contextmanager
    def start(self, *names: str) -> Iterator[None]:
        """Run services for as long as the block."""
        with ExitStack() as stack:
            for name in names:
                started = process(name, self.folder, self.environ, self.ports[name])
                self.running[name] = stack.enter_context(started)
            yield


@contextmanager
def open_shop(folder: Path, **environ: str) -> Iterator[Shop]:
    """Prepare a shop with a Redis of its own; nothing runs yet."""
    from tests.support.redis import redis_server  # only here: the quick tests do without a Redis

    ports = {name: free_port() for name in NAMES}
    with redis_server() as (redis_url, _):
        peers = {f"SIGHTLINE_{name.upper()}_URL": f"http://127.0.0.1:{port}" for name, port in ports.items()}
        yield Shop(folder, {"SIGHTLINE_REDIS_URL": redis_url, **peers, **environ}, ports)
