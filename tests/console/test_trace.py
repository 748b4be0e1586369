"""The waterfall by keyboard and by mouse, on good traces and on bad ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .hostile import CHAIN, DEEP, HOSTILE, HUGE, SPANS
from .world import REASON

if TYPE_CHECKING:
    from .desk import Desk
    from .world import World

pytestmark = pytest.mark.browser


def _open(desk: Desk, trace: str) -> None:
    desk.visit(f"traces/{trace}")
    desk.page.locator(".body [role=row]").first.wait_for()


def _press(desk: Desk, *keys: str) -> None:
    for key in keys:
        desk.page.keyboard.press(key)


def test_the_treegrid_is_walked_by_keyboard(desk: Desk, world: World) -> None:
    """Tab enters one row; arrows move, open and close; Left goes to the parent; Home and End go to the ends."""
    _open(desk, world.failing[0])
    assert desk.page.locator("[role=treegrid] [tabindex='0']").count() == 1
    desk.page.get_by_label("Find a span").focus()
    _press(desk, "Tab")
    assert "storefront POST /checkout" in desk.focused()
    assert (desk.attribute("aria-level"), desk.attribute("aria-expanded")) == ("1", "true")
    _press(desk, "ArrowDown", "ArrowDown")
    assert "cart GET /v1/carts/{cart_id}" in desk.focused()
    assert (desk.attribute("aria-level"), desk.attribute("aria-posinset"), desk.attribute("aria-setsize")) == (
        "2",
        "2",
        "4",
    )
    _press(desk, "ArrowLeft")
    assert desk.attribute("aria-expanded") == "false"
    _press(desk, "ArrowDown")
    assert "orders POST /v1/orders" in desk.focused()
    _press(desk, "ArrowUp", "ArrowRight", "ArrowRight")
    assert "cart GET cart:*" in desk.focused()
    _press(desk, "ArrowLeft", "ArrowLeft", "ArrowLeft")
    assert "storefront POST /checkout" in desk.focused()
    assert desk.attribute("aria-selected") == "true"
    _press(desk, "End")
    assert "checkout answered 502" in desk.focused()
    _press(desk, "Home")
    assert "storefront POST /checkout" in desk.focused()


def test_a_collapsed_parent_counts_the_errors_it_hides(desk: Desk, world: World) -> None:
    """Payments failed and so did its three calls: closing orders hides four failed spans, and says so."""
    _open(desk, world.failing[0])
    row = desk.row("POST /v1/orders")
    row.click()
    _press(desk, "ArrowLeft")
    row.get_by_text("4 errors in").wait_for()
    assert row.get_by_text("5 spans hidden").is_visible()


def test_next_error_opens_what_hides_it(desk: Desk, world: World) -> None:
    """From a collapsed tree, `n` goes through the failed spans in order and around; `p` goes back."""
    _open(desk, world.failing[0])
    desk.page.get_by_role("button", name="Collapse all").click()
    assert desk.page.locator(".body [role=row]").count() == 1
    wanted = ["POST /v1/orders", "POST /v1/payments", *["POST /charges"] * 3, "POST /checkout"]
    for resource in wanted:
        _press(desk, "n")
        assert resource in desk.focused()
    _press(desk, "p")
    assert "POST /charges" in desk.focused()
    desk.page.get_by_role("button", name="Previous error").click()
    assert "POST /charges" in desk.focused()


def test_log_lines_stand_under_their_spans(desk: Desk, world: World) -> None:
    """Each service's lines follow its span, one level below it, by time; they can be hidden."""
    _open(desk, world.failing[0])
    rows = desk.page.locator(".body [role=row]")
    texts = [text.replace("\n", " ") for text in rows.all_inner_texts()]
    payment = next(at for at, text in enumerate(texts) if "POST /v1/payments" in text)
    kinds = ["POST /charges", "attempt 1", "POST /charges", "attempt 2", "POST /charges", "attempt 3", "payment failed"]
    assert all(kind in text for kind, text in zip(kinds, texts[payment + 1 :], strict=False))
    levels = rows.evaluate_all("rows => rows.map(row => row.getAttribute('aria-level'))")
    assert set(levels[payment + 1 : payment + 8]) == {str(int(levels[payment]) + 1)}
    desk.page.get_by_role("checkbox", name="Log lines").uncheck()
    assert desk.page.locator(".body .log").count() == 0


def test_a_spans_attributes_are_shown_and_its_address_can_be_shared(desk: Desk, world: World) -> None:
    """A click shows why the span failed; the address with the span in it shows the same again."""
    _open(desk, world.failing[0])
    desk.row("POST /charges").click()
    detail = desk.page.get_by_label("What is chosen")
    detail.get_by_text(REASON).wait_for()
    assert detail.get_by_text("ProcessorUnreachable").is_visible()
    desk.page.reload()
    desk.page.get_by_label("What is chosen").get_by_text("ProcessorUnreachable").wait_for()


def test_search_goes_to_the_next_span(desk: Desk, world: World) -> None:
    """A word of an attribute finds its spans; Enter goes from one to the next."""
    _open(desk, world.failing[0])
    desk.page.get_by_label("Find a span").fill("processor.test")
    desk.page.get_by_role("status").get_by_text("3 spans").wait_for()
    _press(desk, "Enter")
    assert "POST /charges" in desk.focused()


def test_ten_thousand_spans_are_usable(desk: Desk) -> None:
    """Only rows in sight are in the document; the last one is two keys away, and so is the one error in it."""
    _open(desk, f"{HUGE:032x}")
    grid = desk.page.get_by_role("treegrid")
    assert grid.get_attribute("aria-rowcount") == str(SPANS + 1)
    assert desk.page.locator(".body [role=row]").count() < 60
    desk.page.locator(".body [role=row]").first.click()
    _press(desk, "End")
    assert desk.attribute("aria-rowindex") == str(SPANS + 1)
    _press(desk, "Home", "n")
    assert f"row {SPANS - 2}" in desk.focused()
    desk.page.locator(".waterfall .body").evaluate("body => { body.scrollTop = 0 }")
    _press(desk, "ArrowUp")
    assert f"row {SPANS - 3}" in desk.focused(), "the row with the focus outlives being scrolled away"


def test_a_trace_that_is_complete_is_asked_for_once(desk: Desk) -> None:
    """Megabytes that cannot change any more are not fetched every few seconds; a page of now is."""
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.clock.install()
    _open(desk, f"{HUGE:032x}")
    for _ in range(3):
        desk.page.clock.run_for(6_000)
        desk.page.wait_for_timeout(60)
    assert len([url for url in asked if "/traces/" in url]) == 1
    assert len([url for url in asked if url.endswith("/counters")]) >= 3


def test_a_chain_of_thousands_and_a_circle_are_drawn(desk: Desk) -> None:
    """No recursion breaks on depth; spans that are each other's parents appear once each; lost parents are told."""
    _open(desk, f"{CHAIN:032x}")
    assert desk.page.get_by_role("treegrid").get_attribute("aria-rowcount") == str(DEEP + 1)
    _open(desk, f"{HOSTILE:032x}")
    assert desk.page.locator(".body .span", has_text="turn").count() == 2
    assert desk.page.get_by_text("1 parent span never arrived").is_visible()
