"""The ways a reader goes: from the page that fired to the line that says why, and back by filters."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest

from .world import REASON

if TYPE_CHECKING:
    from .desk import Desk
    from .world import World

pytestmark = pytest.mark.browser


def _query(desk: Desk) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(desk.page.url.partition("?")[2]).items()}


def test_from_the_alert_to_the_log_line_by_clicks(desk: Desk) -> None:
    """Overview, alerting monitor, its failing traces, one trace of four services, its logs: five clicks."""
    page = desk.page
    desk.visit("")
    page.get_by_label("monitors by state").get_by_role("link", name="Alert").click()
    page.get_by_role("link", name="PaymentFailures: payments-payment-success burns its budget (page, 1h/5m)").click()
    page.get_by_role("link", name="Failing traces").click()
    page.locator("table.traces").wait_for()
    query = _query(desk)
    assert (query["service"], query["error"], query["traffic"]) == ("payments", "true", "customer")
    assert int(query["to"]) - int(query["from"]) == 3_600_000
    assert page.locator("table.traces tbody tr").count() == page.get_by_text("▲ error 502").count() > 0
    page.locator("table.traces tbody a").first.click()
    page.get_by_role("treegrid").wait_for()
    assert page.get_by_label("Time by service").locator("li").count() == 4
    page.get_by_role("link", name="8 log lines").click()
    page.locator("ol.logs li").nth(7).wait_for()
    services = page.locator("ol.logs .service").all_inner_texts()
    assert {text.strip() for text in services} == {"storefront", "orders", "payments"}
    page.get_by_text(f"payment failed: {REASON}").wait_for()
    page.locator("ol.logs li", has_text="payment failed").get_by_role("link", name="trace").click()
    page.get_by_label("What is chosen").get_by_text("POST /v1/payments").wait_for()


def test_another_page_takes_the_focus_to_its_heading(desk: Desk) -> None:
    """After a link, a screen reader is at the new page's heading; the first page leaves the focus alone."""
    desk.visit("")
    assert desk.page.evaluate("document.activeElement === document.body")
    desk.page.get_by_role("link", name="fulfilment").first.click()
    desk.page.get_by_role("heading", name="fulfilment").wait_for()
    assert desk.focused() == "fulfilment"
    assert desk.page.get_by_role("link", name="Overview").get_attribute("aria-current") == "page"


def test_an_slos_bar_leads_to_its_traces(desk: Desk, world: World) -> None:
    """A click on a bar of bad events lists the failing traces of just that half minute."""
    desk.visit(f"slos/{world.slo}")
    plot = desk.page.locator("figure[aria-label^='Good'] .u-over")
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.8})
    desk.page.get_by_role("heading", name="Traces", exact=True).wait_for()
    query = _query(desk)
    assert int(query["to"]) - int(query["from"]) == 30_000
    assert query["service"] == "payments"


def test_filters_narrow_and_live_in_the_address(desk: Desk, world: World) -> None:
    """Service, duration and outcome together; what is typed is in the address; Back takes the last choice away."""
    page = desk.page
    desk.visit("traces")
    page.get_by_label("Outcome").select_option("true")
    page.get_by_text("▲ error 502").first.wait_for()
    page.locator("table.traces", has_text="GET /products").wait_for(state="detached")
    page.get_by_label("At least, ms").fill("100000")
    page.get_by_text("No trace passes the filter").wait_for()
    assert _query(desk) == {"error": "true", "min_ms": "100000"}
    page.get_by_label("At least, ms").fill("")
    page.locator("table.traces tbody tr").first.wait_for()
    page.go_back()
    page.locator("table.traces", has_text="GET /products").wait_for()
    page.get_by_label("Search").fill(world.failing[0])
    page.get_by_role("heading", name="1 trace", exact=True).wait_for()


def test_logs_are_searched_and_opened(desk: Desk) -> None:
    """A text finds lines by message; a line opens to its attributes; older lines follow on demand."""
    page = desk.page
    desk.visit("logs")
    page.get_by_role("button", name="Older lines").click()
    page.locator("ol.logs li").nth(250).wait_for()
    page.get_by_label("Search").fill("order rejected")
    page.locator("ol.logs li", has_text="payment captured").first.wait_for(state="detached")
    line = page.locator("ol.logs li").first
    assert "order rejected: payments answered 503" in line.inner_text()
    line.get_by_role("button").click()
    assert "status_code" in line.locator("dl").inner_text()


def test_new_lines_do_not_move_what_is_read(desk: Desk, world: World) -> None:
    """Scrolled down, the reader is told of newer lines and keeps the old ones in place; one click lets them in."""
    page = desk.page
    page.clock.install()
    desk.visit("logs?service=storefront")
    page.locator("ol.logs li").nth(20).wait_for()
    page.evaluate("window.scrollTo(0, 400)")
    before = page.locator("ol.logs li").nth(20).bounding_box()
    now = {"timestamp": time.time(), "service": "storefront", "level": "info", "message": "just arrived"}
    world.backend.logs([now])
    waiting = page.get_by_role("button", name="newer")
    end = time.monotonic() + 10
    while not waiting.is_visible():
        assert time.monotonic() < end, "nobody told of the newer line"
        page.clock.run_for(5_000)
        page.wait_for_timeout(100)
    assert page.locator("ol.logs li", has_text="just arrived").count() == 0
    after = page.locator("ol.logs li").nth(20).bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 40
    waiting.click()
    page.locator("ol.logs li", has_text="just arrived").wait_for()


def test_the_theme_is_kept(desk: Desk) -> None:
    """Chosen once, a theme outlives the page, whatever the system prefers."""
    desk.visit("slos")
    for _ in range(2):
        desk.page.get_by_role("button", name="Theme").click()
    desk.visit("slos", theme="light")
    assert desk.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_boards_variables_change_what_its_widgets_ask(desk: Desk, world: World) -> None:
    """Orders are counted for customers; for load tests, of which there are none, they are not known."""
    boards = world.backend.ask("/api/v1/dashboard")["dashboards"]
    desk.visit(f"dashboards/{next(row['id'] for row in boards if row['title'].startswith('Shop'))}")
    heading = desk.page.get_by_role("heading", name="Orders", exact=True).first
    orders = desk.page.locator(".widget.query_value").filter(has=heading).locator(".value")
    orders.filter(has_text=re.compile(r"\d")).wait_for()
    asked = world.backend.ask(
        "/api/v1/query?query=sum:shop.orders.placed%7Btraffic:customer,outcome:accepted%7D.as_count()"
    )
    total = sum(value for _, value in asked["series"][0]["pointlist"])
    assert float(orders.inner_text().replace(",", "")) == pytest.approx(total, rel=0.02)
    desk.page.get_by_label("traffic").fill("load")
    orders.filter(has_not_text=re.compile(r"\d")).wait_for()
