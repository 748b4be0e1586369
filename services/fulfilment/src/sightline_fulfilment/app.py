"""The worker: ships every order that was placed, once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sightline_fulfilment.store import KIT, Store
from sightline_service import broker, upkeep
from sightline_service.app import make_app
from sightline_service.background import Background
from sightline_service.consumer import Consumer
from sightline_service.database import OUTAGES, Database
from sightline_service.faults import Faults
from sightline_service.problems import not_found
from sightline_telemetry import get_logger, span

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue
    from sqlalchemy import Connection

    from sightline_service.settings import ServiceSettings
    from sightline_telemetry.broker import Message

STREAM = "orders.placed"
DROPPED = "dropped_message"
_log = get_logger(__name__)


def create(settings: ServiceSettings) -> Flask:
    """Return the app; its work is done in a thread."""
    database = Database(settings.database_url)
    queue = broker.connect(settings)
    ready = {"database": database.answers, "broker": lambda: broker.answers(queue)}
    app, telemetry = make_app(settings, __package__ or "", ready, outages=OUTAGES)
    telemetry.instrument_engine(database.engine)
    store = Store(database)
    faults = Faults((DROPPED,), settings.admin_token)
    app.register_blueprint(faults.blueprint())

    def ship(connection: Connection, message: Message) -> None:
        order_id = message.fields["order_id"]
        if faults.strikes(DROPPED, order_id):
            _log.error("message dropped", order=order_id)
            return
        _log.info("shipping", order=order_id, deliveries=message.deliveries)
        with span("pack", attributes={"order.id": order_id}):
            shipped_at = store.ship(connection, order_id, message.fields["lines"])
        taken = _taken(message, shipped_at)
        if taken is not None:
            telemetry.metrics.distribution("shop.orders.fulfilment.duration", taken)
        _log.info("shipped", order=order_id)

    consumer = Consumer(
        database,
        KIT,
        queue,
        stream=STREAM,
        group="fulfilment",
        key=lambda message: message.fields["order_id"],
        handle=ship,
    )
    upkeep.start(Background(app), telemetry, store.kpis, consumer)

    @app.get("/shipments/<id:order_id>")
    def shipment(order_id: str) -> ResponseReturnValue:
        """Show an order's shipment."""
        found = store.find(order_id)
        if found is None:
            raise not_found(f"shipment of order `{order_id}`")
        return found

    return app


def _taken(message: Message, shipped_at: float) -> float | None:
    """Return how long an order took; None where its message says no time, which is no reason not to ship it."""
    try:
        placed_at = float(message.fields.get("placed_at", ""))
    except ValueError:
        return None
    # The clocks of two machines differ, and nothing ships before it was placed.
    return max(shipped_at - placed_at, 0.0) if math.isfinite(placed_at) else None
