from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from sightline_fulfilment.app import create
from tests.support.redis import redis_server
from tests.support.service import Service, running

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Worker:
    """The service and its Redis."""

    service: Service
    redis: Any
    sent: list[str] = field(default_factory=list)

    def send(self, order: str, **more: str) -> None:
        """Publish an order's message as it may arrive."""
        self.redis.xadd("orders.placed", {"order_id": order, "cart_id": "c", "lines": '[["mug", 2]]', **more})
        self.sent.append(order)

    def shipped(self, order: str) -> bool:
        """Whether it was."""
        return bool(self.service.client.get(f"/shipments/{order}").status_code == 200)

    def done(self) -> bool:
        """Whether every message was acknowledged."""
        [group] = self.redis.xinfo_groups("orders.placed")
        last: bytes = self.redis.xinfo_stream("orders.placed")["last-generated-id"]
        return bool(group["pending"] == 0 and group["last-delivered-id"] == last)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """The worker on a SQLite file and a real Redis; each test sends orders of its own."""
    folder = tmp_path_factory.mktemp("fulfilment")
    with (
        redis_server() as (url, client),
        running("fulfilment", create, folder, redis_url=url) as service,
    ):
        yield Worker(service, client)
