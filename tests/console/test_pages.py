"""Every page, in both themes and on a phone: it renders, it fits, it is accessible, and it says what is true."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from .desk import DESKTOP, PHONE
from .hostile import HOSTILE

if TYPE_CHECKING:
    from .desk import Desk
    from .world import World

pytestmark = pytest.mark.browser
NONE = "\N{EN DASH}"
PAGES = {
    "overview": ("", "storefront"),
    "service": ("services/payments", "POST /v1/payments"),
    "SLOs": ("slos", "payments: payment-success"),
    "SLO": ("slos/{slo}", "Both windows burn more than 14.4 times too fast: it alerts."),
    "SLO without data": ("slos/{silent}", "Nothing was counted in 30d, so there is nothing to divide."),
    "monitors": ("monitors", "PaymentFailures"),
    "monitor": ("monitors/{monitor}", "is above 14.4"),
    "traces": ("traces?error=true", "POST /checkout"),
    "trace": ("traces/{failing}", "POST /charges"),
    "logs": ("logs?level=error", "checkout answered 502"),
    "map": ("map", "Calls"),
    "events": ("events", "[Triggered] PaymentFailures"),
    "dashboards": ("dashboards", "Every widget once"),
    "dashboard": ("dashboards/{board}", "Why payments fail"),
    "odd dashboard": ("dashboards/{odd}", "A widget of the kind sunburst is not drawn here."),
    "intake": ("intake", "dogstatsd.udp"),
    "nowhere": ("nowhere", "Nothing is at this address"),
}


def _place(world: World, name: str) -> str:
    slos = world.backend.ask("/api/local/v1/slos")["slos"]
    boards = world.backend.ask("/api/v1/dashboard")["dashboards"]
    return PAGES[name][0].format(
        slo=world.slo,
        silent=next(row["id"] for row in slos if row["state"] == "no_data"),
        monitor=world.monitor,
        failing=world.failing[0],
        board=next(row["id"] for row in boards if row["title"].startswith("Shop")),
        odd=next(row["id"] for row in boards if row["title"].startswith("Every")),
    )


@pytest.mark.parametrize(
    ("size", "theme"), [(DESKTOP, "light"), pytest.param(PHONE, "dark", marks=pytest.mark.slow)], ids=["desk", "phone"]
)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_renders_fits_and_is_accessible(
    desk: Desk, world: World, name: str, size: tuple[int, int], theme: Literal["light", "dark"]
) -> None:
    """Light on a desktop, dark on a phone: the text is there, nothing is wider than the screen, axe finds nothing."""
    desk.visit(_place(world, name), size, theme)
    desk.page.get_by_text(PAGES[name][1]).first.wait_for(state="attached")
    assert desk.page.evaluate("document.documentElement.dataset.theme") == theme
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert desk.page.evaluate("document.querySelectorAll('h1').length") == 1
    assert desk.page.title().endswith("Sightline")
    assert _grave(Axe().run(desk.page).response) == []


def _grave(found: dict[str, Any]) -> list[str]:
    return [
        f"{each['impact']}: {each['id']}: {node['target']}: {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def test_every_page_tells_what_was_received_stored_dropped_and_rejected(desk: Desk, world: World) -> None:
    """The footer's numbers are the counters' sums, and lead to the protocols."""
    desk.visit("slos")
    footer = desk.page.locator("footer")
    footer.get_by_text("0 dropped").wait_for()
    assert footer.get_by_text("1 rejected").is_visible()
    rows = world.backend.ask("/api/local/v1/counters")["protocols"].values()
    assert footer.locator("[title]").first.get_attribute("title") == f"{sum(row['received'] for row in rows):,}"
    footer.get_by_role("link").click()
    desk.page.get_by_role("row", name="dogstatsd.udp 2 1 0 1").wait_for()


def test_the_arithmetic_on_the_page_is_the_evaluators(desk: Desk, world: World) -> None:
    """The numbers of both windows, of the division and of the budget are those that the API gives."""
    desk.visit(f"slos/{world.slo}")
    article = desk.page.locator("article.burn", has_text="page, 1h/5m")
    shown = article.locator("tr", has_text="1h").inner_text().split()
    numbers = [float(re.sub(r"[^\d.]", "", text)) for text in shown if text[0].isdigit() and text != "1h"]
    bad, total, failing, budget, rate, threshold = numbers
    assert failing == pytest.approx(100 * bad / total, abs=0.01)
    assert rate == pytest.approx(failing / budget, rel=0.01)
    assert rate > threshold == 14.4
    status = next(
        s for s in world.backend.ask(f"/api/local/v1/slos/{world.slo}")["statuses"] if s["timeframe"] == "30d"
    )
    total_shown = desk.page.locator(".term", has_text="all events in 30d").locator("b").inner_text()
    assert float(total_shown.replace(",", "")) == pytest.approx(status["total"], rel=0.001)


def test_a_gap_is_a_gap(desk: Desk, world: World) -> None:
    """Four minutes without measurement are dashes in the numbers behind the chart, never zeroes."""
    desk.visit(f"slos/{world.slo}")
    points = world.backend.ask(f"/api/local/v1/slos/{world.slo}")["series"]["points"]
    steps = [later[0] - earlier[0] for earlier, later in itertools.pairwise(points)]
    assert max(steps) >= 210, "the world has a gap"
    chart = desk.page.get_by_role("figure", name="Good and bad events")
    chart.locator("summary").click()
    values = chart.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert "0" not in values
    assert values.count(NONE) >= 7, "four minutes of half a minute each, less the edges"


def test_an_answer_that_fails_keeps_the_page_and_says_so(desk: Desk) -> None:
    """What was shown stays, marked as no longer new; the next good answer clears the mark."""
    desk.page.clock.install()
    desk.visit("")
    desk.page.get_by_role("link", name="storefront").first.wait_for()
    desk.page.route("**/api/local/v1/overview*", lambda route: route.abort())
    desk.page.clock.run_for(6_000)
    alert = desk.page.get_by_role("alert")
    alert.get_by_text("These numbers are no longer new.").wait_for()
    assert desk.page.get_by_role("link", name="storefront").first.is_visible()
    desk.page.unroute_all()
    desk.page.clock.run_for(11_000)
    alert.wait_for(state="detached")
    desk.trouble = [each for each in desk.trouble if "ERR_FAILED" not in each]


def test_what_is_not_there_is_said(desk: Desk) -> None:
    """A trace that is not stored is an error that names it; a search that finds nothing is no error."""
    desk.visit("traces/abc123")
    desk.page.get_by_role("alert").get_by_text("No trace abc123 is stored").wait_for()
    assert any("404" in each for each in desk.trouble)
    desk.trouble.clear()
    desk.visit("traces?q=nobody-ever-sent-this")
    assert desk.page.get_by_text("No trace passes the filter").is_visible()


@pytest.mark.parametrize(
    "place", ["traces/{id}", "logs?trace_id={id}", "traces?window=86400&q=onerror", "map?window=86400"]
)
def test_markup_in_telemetry_is_text(desk: Desk, place: str) -> None:
    """Names, messages and attributes that are HTML are shown as they were sent and never run."""
    desk.visit(place.format(id=f"{HOSTILE:032x}"))
    desk.page.get_by_text("<img src=x onerr").filter(visible=True).first.wait_for()
    assert desk.page.evaluate("window.owned") is None
    assert desk.page.locator("main img, main script").count() == 0
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= DESKTOP[0]
