"""The README's picture: the SLO that burns, as the console really draws it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from .backend import ROOT

if TYPE_CHECKING:
    from .desk import Desk
    from .world import World

pytestmark = pytest.mark.browser
PICTURE = ROOT / "docs" / "images" / "console-slo.png"
SIZE = (1280, 850)


def test_the_readmes_picture_is_of_this_page(desk: Desk, world: World) -> None:
    """`make update` takes it anew; without that, it is there, of the same size, and the README shows it."""
    desk.visit(f"slos/{world.slo}", SIZE)
    desk.page.get_by_text("Both windows burn").first.wait_for()
    taken = desk.page.screenshot()
    if os.environ.get("SIGHTLINE_UPDATE_GOLDEN"):
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes(taken)
    kept = PICTURE.read_bytes()
    assert _size(kept) == _size(taken) == SIZE
    assert len(kept) < 200_000
    assert "docs/images/console-slo.png" in (ROOT / "README.md").read_text()


def _size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
