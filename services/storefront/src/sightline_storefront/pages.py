"""The pages: what a browser sees, without any script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from sightline_service.problems import Problem
from sightline_storefront.forms import CART_COOKIE, Forms, keep_cart
from sightline_telemetry import get_logger

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sightline_storefront.shop import Shop

_log = get_logger(__name__)


def blueprint(shop: Shop, forms: Forms) -> Blueprint:  # noqa: C901 - one closure a page
    """Return the pages' routes."""
    pages = Blueprint("pages", __name__)
    pages.after_request(forms.keep)
    pages.add_app_template_filter(money, "money")

    @pages.context_processor
    def helpers() -> dict[str, Any]:
        return {"form_token": forms.token}

    @pages.get("/")
    def home() -> ResponseReturnValue:
        words = request.args.get("q", "").strip()[:100]
        found = shop.products(words)
        _log.info("page shown", page="home", words=words, found=len(found))
        return render_template("home.html", products=found, words=words)

    @pages.get("/products/<product_id>")
    def product(product_id: str) -> ResponseReturnValue:
        return render_template("product.html", product=shop.product(product_id))

    @pages.get("/cart")
    def cart() -> ResponseReturnValue:
        return render_template("cart.html", cart=_cart(shop))

    @pages.post("/cart/items")
    def add() -> ResponseReturnValue:
        forms.check()
        quantity = request.form.get("quantity", "1")
        wanted = int(quantity) if quantity.isascii() and quantity.isdigit() and len(quantity) < 4 else quantity
        cart = _cart(shop)
        cart_id = cart["id"] if cart and cart["state"] == "open" else shop.new_cart()["id"]
        shop.add(cart_id, request.form.get("product_id", ""), wanted)
        _log.info("added by a customer", product=request.form.get("product_id", "")[:64])
        return keep_cart(make_response(redirect(url_for("pages.cart"), 303)), cart_id)

    @pages.post("/cart/items/<product_id>/remove")
    def remove(product_id: str) -> ResponseReturnValue:
        forms.check()
        cart = _cart(shop)
        if cart:
            shop.remove(cart["id"], product_id)
        return redirect(url_for("pages.cart"), 303)

    @pages.get("/checkout")
    def checkout() -> ResponseReturnValue:
        cart = _cart(shop)
        if not cart or not cart["items"] or cart["state"] != "open":
            return redirect(url_for("pages.cart"), 303)
        return render_template("checkout.html", cart=cart, error="")

    @pages.post("/checkout")
    def pay() -> ResponseReturnValue:
        forms.check()
        cart = _cart(shop)
        if not cart:
            return redirect(url_for("pages.cart"), 303)
        try:
            # The cart is the key: a button pressed twice is one order. Another card is another attempt.
            card = request.form.get("card", "")
            order = shop.checkout(cart["id"], card, _key(cart["id"], card))
        except Problem as problem:
            if problem.status not in {402, 422}:
                raise
            error = "Your bank declined this card." if problem.status == 402 else problem.detail
            _log.info("checkout refused", problem=problem.kind, reason=str(problem.extra.get("reason", "")))
            return render_template("checkout.html", cart=cart, error=error), problem.status
        _log.info("order placed by a customer", order=order["id"])
        return keep_cart(make_response(redirect(url_for("pages.order", order_id=order["id"]), 303)), "")

    @pages.get("/orders/<order_id>")
    def order(order_id: str) -> ResponseReturnValue:
        return render_template("order.html", order=shop.order(order_id))

    return pages


def show_problem(problem: Problem) -> Response:
    """Render a problem for people where the browser asked for a page."""
    page = render_template("problem.html", problem=problem)
    return make_response(page, problem.status, problem.headers)


def money(amount: int, currency: str) -> str:
    """Show an amount of minor units."""
    return f"{amount // 100}.{amount % 100:02d} {currency}"


def _cart(shop: Shop) -> dict[str, Any] | None:
    cart_id = request.cookies.get(CART_COOKIE, "")
    if not cart_id:
        return None
    try:
        return shop.cart(cart_id)
    except Problem as problem:
        if problem.status == 404:
            return None
        raise


def _key(cart_id: str, card: str) -> str:
    import hashlib

    return hashlib.sha256(f"{cart_id}:{card}".encode()).hexdigest()[:32]
