"""Each placed order is shipped once, whatever is delivered how often."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from sightline_telemetry import scope, traffic
from sightline_telemetry.metrics import Metrics
from sightline_telemetry.signals import FULFILMENT_DURATION
from tests.support.service import TRAFFIC_KEY, require_problem, wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .conftest import Worker

FULFILLED = ("shop.orders.fulfilled",)


def test_an_order_is_shipped(worker: Worker) -> None:
    """The message becomes a shipment with its lines, and a KPI."""
    before = worker.service.kpis()[FULFILLED]
    worker.send("o1")
    wait_for(lambda: worker.shipped("o1"))
    assert worker.service.client.get("/shipments/o1").json["order_id"] == "o1"
    [row] = worker.service.rows("SELECT lines FROM shipment WHERE order_id = 'o1'")
    assert row["lines"] == '[["mug", 2]]'
    assert worker.service.kpis()[FULFILLED] == before + 1


def test_the_time_from_order_to_shipment_is_measured(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once an order, by its own kind of traffic; a clock that is ahead gives 0, a message without one is shipped."""
    seen: list[tuple[str, float]] = []

    def take(_self: Metrics, name: str, value: float, attributes: Mapping[str, str] | None = None) -> None:
        if name == FULFILMENT_DURATION.name:
            seen.append((scope.traffic(), value))
        assert attributes is None or name != FULFILMENT_DURATION.name

    monkeypatch.setattr(Metrics, "distribution", take)
    load = {traffic.HEADER: traffic.mint("load", TRAFFIC_KEY, 4_000_000_000)}
    worker.send("late", placed_at=f"{time.time() - 90:.3f}", **load)
    worker.send("late", placed_at=f"{time.time() - 90:.3f}", **load)
    worker.send("ahead", placed_at=f"{time.time() + 90:.3f}")
    for order, strange in {"untimed": {}, "wordy": {"placed_at": "noon"}, "endless": {"placed_at": "inf"}}.items():
        worker.send(order, **strange)
    wait_for(worker.done)
    assert [who for who, _ in seen] == ["load", "customer"]
    assert 90 <= seen[0][1] < 120
    assert seen[1][1] == 0
    assert all(worker.shipped(order) for order in ("untimed", "wordy", "endless"))


def test_what_is_delivered_again_is_shipped_once(worker: Worker) -> None:
    """Twenty orders, each published one to three times, are twenty shipments and twenty facts."""
    before = worker.service.kpis()[FULFILLED]
    for number in range(20):
        for _ in range(1 + number % 3):
            worker.send(f"again-{number}")
    wait_for(worker.done)
    assert len(worker.service.rows("SELECT * FROM shipment WHERE order_id LIKE 'again-%'")) == 20
    assert worker.service.kpis()[FULFILLED] == before + 20


def test_a_dropped_message_ships_nothing_and_says_so(worker: Worker) -> None:
    """With the switch on, the message is acknowledged and lost, as a bug would lose it; an error's line remains."""
    worker.service.fault("dropped_message")
    worker.send("dropped-1")
    wait_for(worker.done)
    worker.service.mend("dropped_message")
    assert not worker.shipped("dropped-1")
    [line] = [line for line in worker.service.lines() if line["message"] == "message dropped"]
    assert (line["level"], line["order"]) == ("error", "dropped-1")


def test_traffic_goes_with_the_message(worker: Worker) -> None:
    """A load test's order counts as a load test's; a message that merely claims to be one is a customer's."""
    worker.send("real", **{traffic.HEADER: traffic.mint("load", TRAFFIC_KEY, 4_000_000_000)})
    worker.send("forged", **{traffic.HEADER: traffic.mint("synthetic", "guessed", 4_000_000_000)})
    wait_for(worker.done)
    assert worker.service.traffic() == {"customer", "load"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/shipments/none", 404),
        ("GET", "/shipments/%00", 404),
        ("POST", "/shipments/o1", 405),
        ("GET", "/shipments", 404),
        ("GET", "/admin/faults", 401),
    ],
)
def test_a_bad_request_is_refused(worker: Worker, method: str, path: str, status: int) -> None:
    """A wrong method, an unknown order and an impossible id have their own answers."""
    require_problem(worker.service.client.open(path, method=method), status)
