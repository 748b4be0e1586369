from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .shop import Shop, open_shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """The orders between their peers; what is left pending is settled only when a test says so."""
    monkeypatch.setattr("sightline_orders.settle.EVERY_S", 3600.0)
    with open_shop(tmp_path) as opened:
        yield opened
