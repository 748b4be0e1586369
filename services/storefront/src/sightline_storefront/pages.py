"""The pages: what a browser sees, without any script."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from sightline_service.problems import Problem
from sightline_storefront.forms import Forms, keep_cart, kept_cart
from sightline_telemetry import get_logger

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from sightline_storefront.shop import Shop

_log = get_logger(__name__)


def blueprint(shop: Shop, forms: Forms) -> Blueprint:  # noqa: C901 - one closure a page
    """Return the pages' routes."""
    pages = Blueprint("pages", __name__, static_folder="static", static_url_path="/static")
    style = (Path(__file__).parent / "static/shop.css").read_bytes()
    version = hashlib.sha256(style).hexdigest()[:12]  # so that browsers may keep it for a day
    pages.after_request(forms.keep)
    pages.add_app_template_filter(money, "money")
    pages.add_app_template_filter(picture, "picture")

    @pages.app_context_processor
    def helpers() -> dict[str, Any]:
        return {"form_token": forms.token, "style": url_for("pages.static", filename="shop.css", v=version)}

    @pages.get("/")
    def home() -> ResponseReturnValue:
        words = request.args.get("q", "").strip()[:100]
        found = shop.products(words)
        _log.info("page shown", page="home", words=words, found=len(found))
        return render_template("home.html", products=found, words=words)

    @pages.get("/products/<id:product_id>")
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

    @pages.post("/cart/items/<id:product_id>/remove")
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
            # A button pressed twice is one order; another card, or a cart that changed, is another attempt.
            card = request.form.get("card", "")
            key = forms.sign(json.dumps(["checkout", cart["id"], cart["items"], card]))
            order = shop.checkout(cart["id"], card, key)
        except Problem as problem:
            if problem.status not in {402, 422}:
                raise
            error = _refusal(problem)
            _log.info("checkout refused", problem=problem.kind, reason=str(problem.extra.get("reason", "")))
            return render_template("checkout.html", cart=cart, error=error), problem.status
        _log.info("order placed by a customer", order=order["id"])
        return keep_cart(make_response(redirect(url_for("pages.order", order_id=order["id"]), 303)), "")

    @pages.get("/orders/<id:order_id>")
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


def _refusal(problem: Problem) -> str:
    if problem.status == 402:
        why = {"insufficient_funds": "there is not enough money", "expired_card": "it has expired"}
        reason = why.get(str(problem.extra.get("reason")), "it gave no reason")
        return f"Your bank declined this card: {reason}. Nothing was charged; please try another one."
    return "This is no card's number. Please check it." if problem.extra.get("member") == "card" else problem.detail


def picture(name: str) -> str:
    """Choose the drawing that stands for a product."""
    words = name.lower()
    kinds = {
        "cup": ("mug", "cup"),
        "pot": ("pot", "kettle"),
        "tool": ("strainer",),
        "bean": ("coffee",),
        "leaf": ("tea",),
    }
    return next((kind for kind, some in kinds.items() if any(word in words for word in some)), "tool")


def _cart(shop: Shop) -> dict[str, Any] | None:
    cart_id = kept_cart()
    if not cart_id:
        return None
    try:
        return shop.cart(cart_id)
    except Problem as problem:
        if problem.status == 404:
            return None
        raise
