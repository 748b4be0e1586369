"""Which files are specs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_core.errors import SightlineError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

SUFFIXES = {".yaml", ".yml"}
STDIN = "-"
LARGEST = 16 * 1024 * 1024
"""Bytes of one file. Ten thousand SLOs take less; what is larger is no spec, and reading it takes all memory."""


def read(paths: Iterable[str], include: Iterable[str] = (), exclude: Iterable[str] = ()) -> dict[str, str]:
    """Read files, every YAML file below directories (hidden ones left out), and `-` for standard input.

    A file that is named twice, or reached by two ways, is read once. Links to directories are not followed, so that a
    loop of them has no end to run into. Of the files below directories, `include` and `exclude` choose by regular
    expressions that are searched for in the path; what is named itself is always read.

    Raises:
        SightlineError: an expression cannot be read; a path is not there, is too large, or is no text.
    """
    texts: dict[str, str] = {}
    seen: set[Path] = set()
    included, excluded = _expressions(include), _expressions(exclude)
    for given in paths:
        if given == STDIN:
            texts["<stdin>"] = _text(sys.stdin.buffer, "<stdin>")
            continue
        for file in _chosen(Path(given), included, excluded):
            try:
                known = file.resolve()
                if known in seen:
                    continue
                seen.add(known)
                with file.open("rb") as handle:
                    texts[str(file)] = _text(handle, str(file))
            except OSError as error:
                raise SightlineError("a spec cannot be read", where=str(file), why=str(error.strerror)) from error
            except RuntimeError as error:  # a link that leads to itself, as Python 3.11 says it
                raise SightlineError(
                    "a spec cannot be read", where=str(file), why="its link leads in a circle"
                ) from error
    return texts


def _expressions(texts: Iterable[str]) -> list[re.Pattern[str]]:
    made = []
    for text in texts:
        try:
            made.append(re.compile(text))
        except re.error as error:
            raise SightlineError("a regular expression cannot be read", where=text, why=str(error)) from error
    return made


def _chosen(path: Path, included: list[re.Pattern[str]], excluded: list[re.Pattern[str]]) -> list[Path]:
    if not path.is_dir():
        return [path]
    return [
        file
        for file in _files(path)
        if (not included or any(each.search(str(file)) for each in included))
        and not any(each.search(str(file)) for each in excluded)
    ]


def _files(path: Path) -> list[Path]:
    return sorted(
        file
        for file in path.rglob("*")
        if file.suffix in SUFFIXES
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and not file.is_dir()
    )


def _text(handle: BinaryIO, name: str) -> str:
    content = handle.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise SightlineError(
            "a spec is too large", where=name, why=f"more than {LARGEST // 1024**2} MiB", help="split it"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"byte {content[error.start]:#04x} at offset {error.start}"
        raise SightlineError("a spec is no UTF-8 text", where=name, why=why, help="save it as UTF-8") from error
