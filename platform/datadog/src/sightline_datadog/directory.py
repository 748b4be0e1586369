"""Documents as files: `<kind>.<key>.json`, each the vendor's body as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sightline_core import atomic
from sightline_core.diagnostics import Diagnostic, Severity, Span, page
from sightline_core.errors import SightlineError
from sightline_core.located import load_all
from sightline_datadog.documents import Document, Kind
from sightline_datadog.ownership import KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

BAD_NAME = "DDC004"
NOT_A_BODY = "DDC005"


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


def read(paths: Sequence[Path]) -> tuple[list[Document], list[Diagnostic], dict[str, str]]:
    """Read documents from files, and from the `.json` files of directories.

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
        place = Span(str(path), 1, 1, 1, 1)
        kind, _, quoted = path.name.removesuffix(".json").partition(".")
        key = unquote(quoted)
        if kind not in set(Kind) or not re.fullmatch(KEY, key):
            message = f"the name `{path.name}` does not say what it is"
            help_text = f"name it <kind>.<key>.json, kind one of {', '.join(Kind)}, the key without spaces"
            findings.append(Diagnostic(BAD_NAME, Severity.ERROR, message, place, help=help_text, url=page(BAD_NAME)))
            continue
        bodies, problems = load_all(text, str(path))
        findings += problems
        for body in bodies[:1]:
            if isinstance(body.value, dict):
                documents.append(Document(Kind(kind), key, body.value, body.span, body))
            else:
                message, url = "expected a JSON object", page(NOT_A_BODY)
                findings.append(Diagnostic(NOT_A_BODY, Severity.ERROR, message, body.span, url=url))
    return documents, findings, sources


def _files(paths: Sequence[Path]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
