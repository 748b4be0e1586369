"""A customer buys a mug."""

# ruff: noqa: INP001 - journeys are scripts that a command loads, no package

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from sightline_synthetics.journeys.model import journey

if TYPE_CHECKING:
    from sightline_synthetics.journeys.model import Visit


@journey("buy", budget_s=45.0)
def buy(visit: Visit) -> None:
    """Search, add to cart, check out."""
    page = visit.page
    with visit.step("open the shop"):
        page.goto(visit.url("/"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    with visit.step("search for a mug"):
        page.get_by_role("searchbox", name="Search products").fill("mug")
        page.get_by_role("button", name="Search").click()
        expect(page.get_by_role("heading", name="found for")).to_be_visible()
    with visit.step("add it to the cart"):
        page.get_by_role("link", name="Blue mug").click()
        page.get_by_role("spinbutton", name="Quantity").fill("2")
        page.get_by_role("button", name="Add to cart").click()
        expect(page.get_by_role("table").get_by_role("link", name="Blue mug")).to_be_visible()
    with visit.step("check out"):
        page.get_by_role("link", name="Checkout").click()
        page.get_by_role("textbox", name="Card number").fill("4242 4242 4242 4242")
        page.get_by_role("button", name="Pay").click()
        expect(page.get_by_role("heading", name="Thank you for your order")).to_be_visible()
        expect(page.get_by_test_id("order-id")).not_to_be_empty()
