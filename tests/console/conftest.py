"""One backend with one world for all of the console's tests, and a browser that reports what goes wrong in a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from . import hostile
from .backend import ROOT, running
from .desk import Desk
from .world import World, build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running(tmp_path_factory.mktemp("console") / "data") as backend:
        told = build(backend)
        hostile.build(backend)
        yield told


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = ROOT / ".tools" / "chromium"
    executable = found.read_text().strip() if found.is_file() else ""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=Path(executable) if executable else None)
        yield launched
        launched.close()


@pytest.fixture
def desk(browser: Browser, world: World) -> Iterator[Desk]:
    made = Desk(browser, world)
    yield made
    made.close()
    assert made.trouble == []
