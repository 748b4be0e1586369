"""Which files are manifests, and their text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
STDIN = "-"
STDIN_NAME = "<stdin>"
LARGEST = 64 * 1024 * 1024
"""Bytes of one file: the largest rendered chart in use is a tenth of it."""


def read(paths: Iterable[str], suffixes: frozenset[str] = SUFFIXES) -> dict[str, str]:
    """Read files, those below directories whose ending is one of `suffixes`, and `-` for standard input.

    Hidden files are left out, links to directories are not followed, and a file that is reached twice is read once.

    Raises:
        SightlineError: a path is not there, cannot be read, is too large, or is no UTF-8 text.
    """
    texts: dict[str, str] = {}
    seen: set[Path] = set()
    for given in paths:
        if given == STDIN:
            # None is what Python makes of a standard input that was closed before it started.
            if sys.stdin is None:
                raise SightlineError("standard input cannot be read", where=STDIN_NAME, why="it is closed")
            texts[STDIN_NAME] = _text(sys.stdin.buffer, STDIN_NAME)
            continue
        for file in _files(Path(given), suffixes):
            try:
                known = file.resolve(strict=True)
                if known not in seen:
                    seen.add(known)
                    with file.open("rb") as handle:
                        texts[str(file)] = _text(handle, str(file))
            except (
                OSError,
                RuntimeError,
            ) as error:  # RuntimeError: a link that leads to itself, as Python 3.11 says it
                why = getattr(error, "strerror", None) or "its link leads in a circle"
                raise SightlineError("a file cannot be read", where=str(file), why=why) from error
    return texts


def same(one: str, other: str) -> bool:
    """Whether two names of what was read are one file."""
    return one == other or (STDIN_NAME not in (one, other) and Path(one).samefile(other))


def _files(path: Path, suffixes: frozenset[str]) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix in suffixes
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not file.is_dir()
    )


def _text(handle: BinaryIO, name: str) -> str:
    content = handle.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise SightlineError("a file is too large", where=name, why=f"more than {LARGEST // 1024**2} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"byte {content[error.start]:#04x} at offset {error.start}"
        raise SightlineError("a file is no UTF-8 text", where=name, why=why, help="save it as UTF-8") from error
