"""Where recordings of the real vendor are, if they are: they are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "SIGHTLINE_CONFORMANCE_DATA"


def conformance(*parts: str) -> Path:
    """Return a path below the conformance data; skip, with the reason, where it is not there."""
    base = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared" / "data")
    path = base.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no conformance data at {path}: set {VARIABLE} to run this against recordings")
    return path
