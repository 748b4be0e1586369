"""The shop in a real browser: usable at a desk and on a phone, without a script, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .processes import Shop

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.browser]

PAGES = ("/", "/?q=mug", "/products/pot-iron", "/cart", "/checkout", "/nowhere")


def put_in_cart(page: Any, shop: Shop) -> None:
    """Add two products by their pages."""
    for product in ("mug-blue", "pot-iron"):
        page.goto(f"{shop.running['storefront'].url}/products/{product}")
        page.get_by_role("button", name="Add to cart").click()
        page.wait_for_url("**/cart")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_page_fits_and_excludes_nobody(shop: Shop, chromium: Any, width: int, scheme: str) -> None:
    """No page is wider than its window, axe finds nothing, and every request goes to the shop itself."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    start = shop.running["storefront"].url
    with chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        put_in_cart(page, shop)
        for path in PAGES:
            page.goto(start + path)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
            found = axe.run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert all(url.startswith((start, "data:")) for url in asked)


def test_a_purchase_by_keyboard_without_a_script(shop: Shop, chromium: Any) -> None:
    """With scripts off and no pointer: to the content, into the card's field, paid."""
    start = shop.running["storefront"].url
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        put_in_cart(page, shop)
        page.goto(f"{start}/checkout")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # skip to the content
        page.keyboard.press("Tab")
        page.keyboard.type("4242 4242 4242 4242")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you for your order").wait_for(timeout=15_000)
