"""The JSON API: what apps and load tests use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, request

from sightline_service import body
from sightline_service.problems import Problem

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sightline_storefront.shop import Shop

_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


def blueprint(shop: Shop) -> Blueprint:
    """Return the routes under /api."""
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.get("/products")
    def products() -> ResponseReturnValue:
        return {"products": shop.products(request.args.get("q", ""))}

    @api.get("/products/<product_id>")
    def product(product_id: str) -> ResponseReturnValue:
        return shop.product(product_id)

    @api.post("/carts")
    def new_cart() -> ResponseReturnValue:
        return shop.new_cart(), 201

    @api.get("/carts/<cart_id>")
    def cart(cart_id: str) -> ResponseReturnValue:
        return shop.cart(cart_id)

    @api.post("/carts/<cart_id>/items")
    def add(cart_id: str) -> ResponseReturnValue:
        given = body.json_object("product_id", "quantity")
        return shop.add(cart_id, given.get("product_id"), given.get("quantity", 1))

    @api.delete("/carts/<cart_id>")
    def give_up(cart_id: str) -> ResponseReturnValue:
        shop.give_up(cart_id)
        return "", 204

    @api.post("/checkout")
    def checkout() -> ResponseReturnValue:
        key = request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise Problem(400, "no-key", "An idempotency key is needed", "Send the header Idempotency-Key.")
        given = body.json_object("cart_id", "card")
        return shop.checkout(given.get("cart_id"), given.get("card"), key), 201

    @api.get("/orders/<order_id>")
    def order(order_id: str) -> ResponseReturnValue:
        return shop.order(order_id)

    return api
