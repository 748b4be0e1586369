"""Carts: make one, fill it, give it up; who places an order closes it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sightline_cart.store import KIT, MOST_OF_ONE, Line, Store, mark_ordered
from sightline_service import body, broker, upkeep
from sightline_service.app import make_app
from sightline_service.background import Background
from sightline_service.consumer import Consumer
from sightline_service.database import OUTAGES, Database
from sightline_service.faults import Faults
from sightline_service.problems import invalid, unavailable
from sightline_service.settings import number
from sightline_telemetry import get_logger

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from sightline_service.settings import ServiceSettings

STREAM = "orders.placed"
SWEEP_EVERY_S = 15.0
IDLE_S = 1800
_log = get_logger(__name__)


def create(settings: ServiceSettings) -> Flask:
    """Return the app."""
    database = Database(settings.database_url)
    queue = broker.connect(settings)
    ready = {"database": database.answers, "broker": lambda: broker.answers(queue)}
    app, telemetry = make_app(settings, __package__ or "", ready, outages=OUTAGES)
    telemetry.instrument_engine(database.engine)
    store = Store(database)
    app.register_blueprint(Faults((), settings.admin_token).blueprint())
    catalog = settings.peer("catalog")

    closer = Consumer(
        database,
        KIT,
        queue,
        stream=STREAM,
        group="cart",
        key=lambda message: message.fields["order_id"],
        handle=lambda connection, message: mark_ordered(connection, message.fields["cart_id"]),
    )
    background = Background(app)
    upkeep.start(background, telemetry, store.kpis, closer)
    idle_s = number(os.environ, "SIGHTLINE_CART_IDLE_S", IDLE_S)
    background.every("sweep", SWEEP_EVERY_S, lambda: _sweep(store, idle_s))

    @app.post("/carts")
    def new_cart() -> ResponseReturnValue:
        """Make a cart."""
        cart_id = store.create()
        _log.info("cart created", cart=cart_id)
        return store.get(cart_id), 201

    @app.get("/carts/<id:cart_id>")
    def show(cart_id: str) -> ResponseReturnValue:
        """Show a cart."""
        return store.get(cart_id)

    @app.post("/carts/<id:cart_id>/items")
    def add(cart_id: str) -> ResponseReturnValue:
        """Put a product in; its price is the catalog's, whatever the customer says."""
        given = body.json_object("product_id", "quantity")
        product_id = body.identifier(given, "product_id")
        quantity = body.integer({"quantity": 1, **given}, "quantity", lowest=1, highest=MOST_OF_ONE)
        answer = telemetry.http.get(f"{catalog}/products/{product_id}")
        if answer.status == 404:
            raise invalid(f"There is no product `{product_id}`.", member="product_id")
        if not answer.ok:
            raise unavailable("The catalog", f"It answered {answer.status}.")
        product = answer.json()
        store.add(cart_id, Line(product_id, product["name"], product["price"], product["currency"], quantity))
        _log.info("added to cart", cart=cart_id, product=product_id, quantity=quantity)
        return store.get(cart_id)

    @app.delete("/carts/<id:cart_id>/items/<id:product_id>")
    def remove(cart_id: str, product_id: str) -> ResponseReturnValue:
        """Take a product out."""
        store.remove(cart_id, product_id)
        _log.info("taken out of cart", cart=cart_id, product=product_id)
        return store.get(cart_id)

    @app.delete("/carts/<id:cart_id>")
    def give_up(cart_id: str) -> ResponseReturnValue:
        """Give the cart up."""
        store.give_up(cart_id)
        _log.info("cart given up", cart=cart_id)
        return "", 204

    return app


def _sweep(store: Store, idle_s: float) -> None:
    count = store.sweep(idle_s)
    if count:
        _log.info("carts abandoned", count=count)
