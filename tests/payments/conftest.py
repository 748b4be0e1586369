from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_payments.app import create
from tests.support.service import Service, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def payments(tmp_path: Path) -> Iterator[Service]:
    """The service on a SQLite file."""
    with running("payments", create, tmp_path) as service:
        yield service
