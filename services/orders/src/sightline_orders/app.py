"""Orders: place one, once a key; look at one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_orders import settle
from sightline_orders.checkout import Checkout
from sightline_orders.payment import Payments
from sightline_orders.store import Order, Store
from sightline_orders.tables import KIT, REJECTED
from sightline_service import body, broker, upkeep
from sightline_service.app import make_app
from sightline_service.background import Background
from sightline_service.database import OUTAGES, Database
from sightline_service.faults import Faults
from sightline_service.outbox import OutboxRelay
from sightline_service.problems import Problem, not_found

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from sightline_service.settings import ServiceSettings


def create(settings: ServiceSettings) -> Flask:
    """Return the app."""
    database = Database(settings.database_url)
    queue = broker.connect(settings)
    ready = {"database": database.answers, "broker": lambda: broker.answers(queue)}
    app, telemetry = make_app(settings, __package__ or "", ready, outages=OUTAGES)
    telemetry.instrument_engine(database.engine)
    store = Store(database)
    app.register_blueprint(Faults((), settings.admin_token).blueprint())
    payments = Payments(telemetry.http, settings.peer("payments"))
    checkout = Checkout(store, telemetry.http, settings.peer("cart"), payments, settings.traffic_key)

    background = Background(app)
    upkeep.start(background, telemetry, store.kpis)
    background.run("outbox", OutboxRelay(database, KIT, queue).run)
    background.every("settle", settle.EVERY_S, settle.Settler(store, payments).sweep)

    @app.post("/orders")
    def place() -> ResponseReturnValue:
        """Place an order; the same key and body get the same answer, however often they are sent."""
        key = body.idempotency_key()
        given = body.json_object("cart_id", "card")
        cart_id = body.identifier(given, "cart_id")
        card = re.sub(r"[ -]", "", body.text(given, "card", longest=40))
        order = checkout.run(key, cart_id, card)
        if order.state == REJECTED:
            raise Problem(
                402,
                "card-declined",
                "The card was declined",
                "Nothing was charged; try another card.",
                reason=order.reason,
                order_id=order.id,
            )
        return _shown(order, store), 201

    @app.get("/orders/<id:order_id>")
    def show(order_id: str) -> ResponseReturnValue:
        """Show an order."""
        found = store.find(order_id)
        if found is None:
            raise not_found(f"order `{order_id}`")
        return _shown(found, store)

    return app


def _shown(order: Order, store: Store) -> dict[str, object]:
    return {
        "id": order.id,
        "state": order.state,
        "reason": order.reason or None,
        "total": order.total,
        "currency": order.currency,
        "items": [
            {"product_id": each.product_id, "name": each.name, "price": each.price, "quantity": each.quantity}
            for each in store.lines(order.id)
        ],
    }
