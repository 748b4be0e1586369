"""Puts a run's headers on the browser's requests to the target, and on no others.

Neither of Playwright's own ways will do. `extra_http_headers` also reaches other origins, whose preflight then
fails; `route()` makes Playwright answer every preflight itself, so a broken CORS policy would go unseen. The
browser's own protocol (`Fetch.enable` with a pattern) has neither fault. It works for Chromium only, page by page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def origin_pattern(target: str) -> str:
    """Return the pattern of all addresses at the target's origin."""
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}/*"


class HeaderInjection:
    """Adds headers to each request of a page to the target; counts them.

    Args:
        page: a fresh page.
        target: the origin whose requests are ours.
        headers: called for each request; what it returns replaces headers of the same name.
    """

    def __init__(self, page: Page, target: str, headers: Callable[[], dict[str, str]]) -> None:
        self.count = 0
        self._headers = headers
        self._session = page.context.new_cdp_session(page)
        self._session.on("Fetch.requestPaused", self._on_paused)
        self._session.send("Fetch.enable", {"patterns": [{"urlPattern": origin_pattern(target)}]})

    def _on_paused(self, event: dict[str, Any]) -> None:
        added = {name.lower(): value for name, value in self._headers().items()}
        kept = {name: value for name, value in event["request"]["headers"].items() if name.lower() not in added}
        self.count += 1
        self._session.send(
            "Fetch.continueRequest",
            {
                "requestId": event["requestId"],
                "headers": [{"name": name, "value": value} for name, value in {**kept, **added}.items()],
            },
        )
