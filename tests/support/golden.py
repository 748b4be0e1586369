"""Golden files: what a test produced once, was read by a person, and must not change unnoticed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

UPDATE = bool(os.environ.get("SIGHTLINE_UPDATE_GOLDEN"))
"""Set by `make update`: goldens are written anew, and the difference is read before it is committed."""


def hold(path: Path, text: str) -> None:
    """Hold a text to its golden file."""
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no golden file {path}: run `make update` and read what it wrote"
    assert text == path.read_text(encoding="utf-8")
