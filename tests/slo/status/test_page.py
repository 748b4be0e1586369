"""The HTML report, looked at in a real browser: it needs nothing, hides nothing, excludes nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_slo.reporting.chart import chart
from sightline_slo.reporting.page import page
from sightline_slo.reporting.standing import Firing, Standing, State
from tests.support.golden import hold

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[3]
NOW = 1_764_000_000
DAY = 86400
MEAN = '<script>alert(1)</script>"&'
STANDINGS = [
    Standing(
        "pay-spent", "pay", "Pay: spent", 30 * DAY, 99.5, State.BREACHED, 97.0, -500.0, 6.0, (Firing("Burns", "page"),),
        ("team:checkout",), tuple((NOW - hour * 3600, 100 - (720 - hour) / 1.2) for hour in range(719, 0, -1)),
    ),
    Standing(MEAN, MEAN, MEAN, 7 * DAY, 99.0, State.NO_DATA, tags=(f"a:{MEAN}",), note=MEAN),
    Standing("pay-warned", "pay", "Pay", 90 * DAY, 99.0, State.WARNING, 99.1, 10.0, 0.5, history=((NOW - DAY, 10.0),)),
    Standing("pay-fine", "pay", "Pay", 30 * DAY, 99.0, State.OK, 100.0, 100.0, 0.0),
]  # fmt: skip


def test_the_page_is_its_golden_file() -> None:
    """The same standings give the same bytes."""
    assert page(STANDINGS, "here", NOW) == page(STANDINGS, "here", NOW)
    hold(Path(__file__).parent / "golden" / "page.html", page(STANDINGS, "here", NOW))


def test_a_chart_stays_on_its_canvas() -> None:
    """A budget that is overdrawn many times, one point alone and none at all are drawn within the frame, or not."""
    for history in (((NOW, 1e9), (NOW, -1e9)), ((NOW - DAY, 50.0),), ((NOW - 99 * DAY, 5.0), (NOW + DAY, 5.0))):
        drawn = chart(Standing("a", "a", "a", 30 * DAY, 99.0, State.OK, history=history), NOW)
        path = drawn.partition('class="left" d="')[2].partition('"')[0]
        numbers = [float(each) for each in path.replace("M", "").replace("L", "").split()]
        assert all(0 <= x <= 640 for x in numbers[::2])
        assert max(numbers[1::2]) <= 200
    assert chart(Standing("a", "a", "a", 30 * DAY, 99.0, State.OK), NOW) == ""


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1200)])
def test_a_browser_shows_it_to_everybody(scheme: str, width: int, chromium: Browser, tmp_path: Path) -> None:
    """No rule of axe is broken, nothing is fetched or run, the page fits, each chart names itself in words."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    (tmp_path / "page.html").write_text(page(STANDINGS, "here", NOW))
    view = chromium.new_page(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 900}
    )
    try:
        asked: list[str] = []
        said: list[str] = []
        view.on("request", lambda request: asked.append(request.url))
        view.on("console", lambda message: said.append(message.text))
        view.on("dialog", lambda dialog: said.append(dialog.message))
        view.goto(f"file://{tmp_path}/page.html")
        assert (len(asked), said) == (1, [])
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        names = [each.text_content() for each in view.locator("svg title").all()]
        assert names[0] == "pay-spent: from 99.2 % to -499.2 % of the budget left"
        assert view.locator("h2").count() == len(STANDINGS)
        assert view.locator("h2").nth(1).text_content() == MEAN
        dark = view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 28)"
        assert dark == (scheme == "dark")
        view.locator("summary").first.click()
        result = axe.run(view)
        assert [each["id"] for each in result.response["violations"]] == []
    finally:
        view.close()
