"""A reader at a console: one page of a browser, which collects every error that the page had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator

    from .world import World

DESKTOP, PHONE = (1280, 800), (375, 740)


class Desk:
    """The page is entered anew at every visit; `trouble` must stay empty unless a test expects it."""

    def __init__(self, browser: Browser, world: World) -> None:
        self.world = world
        self.trouble: list[str] = []
        self._context = browser.new_context(timezone_id="UTC", locale="en-GB")
        self.page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.trouble.append(f"uncaught: {error}"))

    def visit(
        self,
        place: str,
        size: tuple[int, int] = DESKTOP,
        theme: Literal["light", "dark"] = "light",
    ) -> None:
        """Load a page and wait until it shows what was answered."""
        self.page.emulate_media(color_scheme=theme)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.goto("about:blank")
        self.page.goto(f"{self.world.backend.console}#/{place}")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is awaited any more; a function to wait for would need `eval`, which the page forbids."""
        self.page.locator("main h1").wait_for()
        self.page.locator(".loading").first.wait_for(state="detached")

    def row(self, text: str) -> Locator:
        """Return the waterfall's row that holds a text."""
        return self.page.locator(".body [role=row]", has_text=text).first

    def focused(self) -> str:
        """Return the text of what has the focus, on one line."""
        return str(self.page.evaluate("document.activeElement.innerText")).replace("\n", " ")

    def attribute(self, name: str) -> str | None:
        """Return an attribute of what has the focus."""
        found = self.page.evaluate("name => document.activeElement.getAttribute(name)", name)
        return None if found is None else str(found)

    def close(self) -> None:
        self._context.close()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.trouble.append(f"{message.type}: {message.text}")
