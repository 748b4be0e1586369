"""Which files are specs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable

SUFFIXES = {".yaml", ".yml"}
STDIN = "-"


def read(paths: Iterable[str]) -> dict[str, str]:
    """Read files, every YAML file below directories (hidden ones left out), and `-` for standard input.

    Raises:
        SightlineError: a path is not there, or is no text.
    """
    texts: dict[str, str] = {}
    for given in paths:
        if given == STDIN:
            texts["<stdin>"] = sys.stdin.read()
            continue
        for file in _files(Path(given)):
            try:
                texts[str(file)] = file.read_text(encoding="utf-8")
            except OSError as error:
                raise SightlineError("a spec cannot be read", where=str(file), why=str(error.strerror)) from error
            except UnicodeDecodeError as error:
                raise SightlineError("a spec is no UTF-8 text", where=str(file), why=str(error)) from error
    return texts


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(
            file
            for file in path.rglob("*")
            if file.suffix in SUFFIXES and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
    return [path]
