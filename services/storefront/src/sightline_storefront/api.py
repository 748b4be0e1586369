"""The JSON API: what apps and load tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from sightline_service import body
from sightline_service.problems import invalid

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sightline_storefront.shop import Shop

LONGEST_QUERY = 100


def blueprint(shop: Shop) -> Blueprint:
    """Return the routes under /api."""
    api = Blueprint("api", __name__, url_prefix="/api")

    @api.get("/products")
    def products() -> ResponseReturnValue:
        words = request.args.get("q", "")
        if len(words) > LONGEST_QUERY:
            raise invalid(f"`q` is longer than {LONGEST_QUERY} characters.", member="q")
        return {"products": shop.products(words)}

    @api.get("/products/<id:product_id>")
    def product(product_id: str) -> ResponseReturnValue:
        return shop.product(product_id)

    @api.post("/carts")
    def new_cart() -> ResponseReturnValue:
        return shop.new_cart(), 201

    @api.get("/carts/<id:cart_id>")
    def cart(cart_id: str) -> ResponseReturnValue:
        return shop.cart(cart_id)

    @api.post("/carts/<id:cart_id>/items")
    def add(cart_id: str) -> ResponseReturnValue:
        given = body.json_object("product_id", "quantity")
        return shop.add(cart_id, given.get("product_id"), given.get("quantity", 1))

    @api.delete("/carts/<id:cart_id>")
    def give_up(cart_id: str) -> ResponseReturnValue:
        shop.give_up(cart_id)
        return "", 204

    @api.post("/checkout")
    def checkout() -> ResponseReturnValue:
        key = body.idempotency_key()
        given = body.json_object("cart_id", "card")
        return shop.checkout(given.get("cart_id"), given.get("card"), key), 201

    @api.get("/orders/<id:order_id>")
    def order(order_id: str) -> ResponseReturnValue:
        return shop.order(order_id)

    return api
