"""Documents as files: `<kind>.<key>.json` or `.yaml`, each the vendor's body as it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from sightline_core import atomic
from sightline_core.errors import SightlineError
from sightline_datadog.reading import ENDINGS, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from sightline_core.diagnostics import Diagnostic
    from sightline_datadog.documents import Document


def file_name(document: Document) -> str:
    """Return the name under which a document is kept: no two keys share one, and the key can be read back."""
    return f"{document.kind}.{quote(document.key, safe='')}.json"


def to_json(document: Document) -> str:
    """Return the body as text, keys in order, so that the same document gives the same bytes."""
    return json.dumps(document.body, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(directory: Path, documents: Iterable[Document]) -> list[Path]:
    """Write each document; what lies there already and is not among them is left alone.

    Raises:
        SightlineError: the directory or a file of it cannot be written; each file is whole, the old one or the new one.
    """
    written = []
    for document in documents:
        path = directory / file_name(document)
        try:
            atomic.write_text(path, to_json(document))
        except OSError as error:
            raise SightlineError("a document cannot be written", where=str(path), why=str(error.strerror)) from error
        written.append(path)
    return written


def read(paths: Sequence[Path], *, guess: bool = False) -> tuple[list[Document], list[Diagnostic], dict[str, str]]:
    """Read documents from files, and from the JSON and YAML files of directories.

    Args:
        paths: files and directories.
        guess: whether a body that neither its file's name nor a header names is taken for what it looks like.

    Returns:
        The documents, what is wrong with the files, and their texts by name for code frames.

    Raises:
        SightlineError: a file cannot be read.
    """
    documents: list[Document] = []
    findings: list[Diagnostic] = []
    sources: dict[str, str] = {}
    for path in _files(paths):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise SightlineError("a document cannot be read", where=str(path), why=str(error.strerror)) from error
        sources[str(path)] = text
        found, wrong = read_text(text, str(path), path.name, guess=guess)
        documents += found
        findings += wrong
    return documents, findings, sources


def _files(paths: Sequence[Path]) -> list[Path]:
    return [file for path in paths for file in (_inside(path) if path.is_dir() else [path])]


def _inside(directory: Path) -> list[Path]:
    return sorted(each for each in directory.iterdir() if each.name.endswith(ENDINGS) and each.is_file())
