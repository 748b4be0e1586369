"""One backend with one world for all of the console's tests, and a browser that reports what goes wrong in a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import hostile
from .backend import running
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


@pytest.fixture
def desk(chromium: Browser, world: World) -> Iterator[Desk]:
    made = Desk(chromium, world)
    yield made
    made.close()
    assert made.trouble == []
