"""The pages: a purchase without a script, forms that only they can send, and errors for people."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_storefront.forms import CART_COOKIE, COOKIE
from sightline_storefront.pages import money

from .conftest import HTML, Browser

if TYPE_CHECKING:
    from .conftest import Front

CARD = "4242 4242 4242 4242"


def keys(front: Front) -> list[str]:
    return [call.headers["idempotency-key"] for call in front.behind.calls("POST", "/orders")]


def fill(browser: Browser, quantity: str = "2") -> None:
    browser.get("/products/mug")
    assert browser.send("/cart/items", product_id="mug", quantity=quantity).status_code == 200


def test_a_customer_buys(front: Front, browser: Browser) -> None:
    """Search, look, add, check out, thanks: the order shows, and the cart is forgotten."""
    assert "found for" in browser.get("/?q=mug").text
    fill(browser)
    assert "19.80 EUR" in browser.page
    browser.get("/checkout")
    answer = browser.send("/checkout", card=CARD)
    assert answer.request.path == "/orders/o1"
    assert "Thank you for your order" in answer.text
    assert front.behind.calls("POST", "/orders")[0].body == {"cart_id": "cart-0", "card": CARD}
    assert "It is empty" in browser.get("/cart").text


def test_a_button_pressed_twice_is_one_key(front: Front, browser: Browser) -> None:
    """The same cart and card ask with the same key; another card, or another cart's content, with another."""
    front.checkout = (503, {"type": "/problems/payment-unknown", "title": "Unknown", "status": 503})
    fill(browser)
    for card in (CARD, CARD, "4000 0000 0000 9995"):
        browser.get("/checkout")
        assert browser.send("/checkout", card=card).status_code == 503
    fill(browser, "3")
    browser.get("/checkout")
    browser.send("/checkout", card=CARD)
    first, second, other, changed = keys(front)
    assert first == second
    assert len({first, other, changed}) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in keys(front))


def test_a_declined_card_is_told_and_can_be_replaced(front: Front, browser: Browser) -> None:
    """The bank's reason, a 402, the form again; the next card buys."""
    front.checkout = (402, {"type": "/problems/card-declined", "title": "Declined", "status": 402} | {
        "reason": "expired_card"})  # fmt: skip
    fill(browser)
    browser.get("/checkout")
    answer = browser.send("/checkout", card="4000 0000 0000 0069")
    assert answer.status_code == 402
    assert 'role="alert"' in answer.text
    assert "it has expired" in answer.text
    assert "0069" not in answer.text
    front.checkout = (201, None)
    assert "Thank you" in browser.send("/checkout", card=CARD).text


def test_a_system_failure_is_a_page_for_people(front: Front, browser: Browser) -> None:
    """A failing payment keeps its status, and says what to do."""
    front.checkout = (503, {"type": "/problems/payment-failed", "title": "The payment could not be processed",
                            "status": 503, "detail": "Nothing was charged."})  # fmt: skip
    fill(browser)
    browser.get("/checkout")
    answer = browser.send("/checkout", card=CARD)
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Nothing was charged." in answer.text


def test_taking_out_empties(browser: Browser) -> None:
    """What is removed is gone, and an empty cart cannot be checked out."""
    fill(browser)
    assert "It is empty" in browser.send("/cart/items/mug/remove").text
    assert browser.get("/checkout").status_code == 303


@pytest.mark.parametrize("path", ["/cart/items", "/cart/items/mug/remove", "/checkout"])
def test_a_foreign_form_is_refused(front: Front, browser: Browser, path: str) -> None:
    """Without the page's token, with somebody else's, or without its cookie, a form changes nothing."""
    fill(browser)
    asked = len(front.behind.asked)
    form = {"product_id": "mug", "card": CARD}
    other = Browser(front)
    other.get("/products/mug")
    theirs = re.search(r'name="form_token" value="([^"]+)"', other.page)
    assert theirs is not None
    for sent in ({}, {"form_token": ""}, {"form_token": "é" * 64}, {"form_token": theirs[1]}):
        answer = browser.client.post(path, data=form | sent, headers=HTML)
        assert answer.status_code == 403
        assert "form has expired" in answer.text
    assert all(call.method == "GET" for call in front.behind.asked[asked:])


def test_cookies_are_not_for_scripts(browser: Browser) -> None:
    """Both cookies are HttpOnly and SameSite=Lax."""
    fill(browser)
    for name in (COOKIE, CART_COOKIE):
        cookie = browser.client.get_cookie(name)
        assert cookie.http_only
        assert cookie.same_site == "Lax"


@pytest.mark.parametrize("value", ["none", "../admin", "x" * 3000, "%00", "é", "a b", '"><script>'])
def test_a_cart_cookie_that_is_none_is_an_empty_cart(front: Front, browser: Browser, value: str) -> None:
    """Whatever a cookie says, the page works, and nothing strange is asked behind it."""
    browser.client.set_cookie(CART_COOKIE, value)
    assert "It is empty" in browser.get("/cart").text
    assert browser.get("/checkout").status_code == 303
    assert all(re.fullmatch(r"/carts/[A-Za-z0-9_-]+", call.path) for call in front.behind.asked)


@pytest.mark.parametrize("quantity", ["0x1", "", "-1", "1e3", "9" * 400, "\u0661", "NaN"])
def test_a_quantity_that_is_none_is_the_carts_to_refuse(browser: Browser, quantity: str) -> None:
    """A page with the reason, and no 5xx."""
    browser.get("/products/mug")
    answer = browser.send("/cart/items", product_id="mug", quantity=quantity)
    assert answer.status_code == 422
    assert "quantity" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/products/none", 404),
        ("GET", "/products/%00", 404),
        ("GET", "/orders/none", 404),
        ("DELETE", "/cart", 405),
        ("GET", "/cart/items", 405),
        ("GET", "/static/../app.py", 404),
        ("POST", "/checkout", 403),
    ],
)
def test_an_error_is_a_page_for_a_browser_and_a_problem_for_others(
    front: Front, method: str, path: str, status: int
) -> None:
    """The same status; HTML where it was asked for, problem+json elsewhere, and never a 500."""
    page = front.service.client.open(path, method=method, headers=HTML)
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert "Back to the shop" in page.text
    other = front.service.client.open(path, method=method)
    assert (other.status_code, other.mimetype) == (status, "application/problem+json")


def test_what_a_name_says_is_text(browser: Browser) -> None:
    """A product's name and a searched word are shown as they are, not as markup."""
    assert "Blue &lt;mug&gt;" in browser.get("/").text
    assert "<script>" not in browser.get("/?q=<script>alert(1)</script>").text


def test_pages_load_nothing_from_elsewhere(browser: Browser) -> None:
    """No script and no address but our own, and a policy that forbids others."""
    fill(browser)
    for path in ("/", "/products/mug", "/cart", "/checkout", "/orders/o1", "/nowhere"):
        answer = browser.get(path)
        assert answer.text.startswith("<!doctype html>")
        assert re.search(r'href="/static/shop[^"]+"', answer.text)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "<script" not in answer.text
        assert "style=" not in answer.text
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)
    style = re.search(r'href="(/static/shop[^"]+)"', browser.page)
    assert style is not None
    answer = browser.client.get(style[1])
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    assert "url(" not in answer.text


class Inputs(HTMLParser):
    """Collects the inputs that people fill in, and what names them."""

    def __init__(self) -> None:
        super().__init__()
        self.label = 0
        self.nameless: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look for an input outside a label that has no name of its own."""
        given_ = dict(attrs)
        self.label += tag == "label"
        if tag == "input" and given_.get("type") != "hidden" and not self.label and "aria-label" not in given_:
            self.nameless.append(str(given_))

    def handle_endtag(self, tag: str) -> None:
        """Leave a label."""
        self.label -= tag == "label"


def test_every_field_has_a_name(browser: Browser) -> None:
    """A screen reader can say what each field is for; each page has one heading, a language and a way past the bar."""
    fill(browser)
    for path in ("/", "/products/mug", "/cart", "/checkout", "/orders/o1", "/nowhere"):
        page = browser.get(path).text
        parser = Inputs()
        parser.feed(page)
        assert parser.nameless == []
        assert page.count("<h1") == 1
        assert '<html lang="en">' in page
        assert 'href="#main"' in page


@given(st.integers(0, 10**12))
def test_money_is_shown_to_the_cent(amount: int) -> None:
    """What is shown reads back as the same whole number of minor units."""
    shown = money(amount, "EUR")
    whole, cents = shown.removesuffix(" EUR").split(".")
    assert len(cents) == 2
    assert int(whole) * 100 + int(cents) == amount
