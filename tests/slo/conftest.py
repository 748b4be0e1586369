"""The local backend for the tests that push."""

from __future__ import annotations

import importlib.util
import itertools
from typing import TYPE_CHECKING

import pytest

from .backend import Backend
from .caller import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Start one for all tests; each has a project of its own in it."""
    if importlib.util.find_spec("sightline_local") is None:
        pytest.skip("sightline-local, against which this pushes, is not installed in this environment")
    made = Backend.start(tmp_path_factory.mktemp("backend"))
    yield made
    made.stop()


@pytest.fixture
def caller(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Return a caller with a project of its own."""
    return Caller(f"project-{next(_NUMBERS)}", backend.address, backend, monkeypatch)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where a test writes its spec."""
    return tmp_path / "specs.yaml"
