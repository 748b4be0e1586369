"""Links of a page lead to files that are there, and to headings that they have."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_kube.runbooks.markdown import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.diagnostics import Span
    from sightline_kube.runbooks.markdown import Page

NOWHERE = "RUN005"
_ELSEWHERE = ("http://", "https://", "mailto:")


class Shelf(Protocol):
    """The files around the pages."""

    def anchors(self, file: str) -> frozenset[str] | None:
        """Return the anchors of a file, none for one that is no Markdown; None where there is no such file."""


class Folder:
    """The files of this machine."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str] | None] = {}

    def anchors(self, file: str) -> frozenset[str] | None:
        """Look at the file, once."""
        if file not in self._known:
            self._known[file] = self._look(Path(file))
        return self._known[file]

    def _look(self, path: Path) -> frozenset[str] | None:
        try:
            if not path.exists():
                return None
            if path.suffix != ".md" or not path.is_file():
                return frozenset()
            text = path.read_text("utf-8", "replace")
        except OSError:  # a name that no file can have, a folder that cannot be entered
            return None
        return frozenset(each.anchor for each in read_page(text, str(path)).headings)


def check(read: Page, shelf: Shelf) -> Iterator[Diagnostic]:
    """Yield each link that leads nowhere; what is on the web is not asked for."""
    own = frozenset(each.anchor for each in read.headings)
    for link in read.links:
        if link.target.startswith(_ELSEWHERE):
            continue
        name, _, anchor = unquote(link.target).partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(read.file), name))  # noqa: PTH118, PTH120 - lexical, as a browser does it
        there = shelf.anchors(file) if name else own
        if there is None:
            yield _finding(f"there is no file {name}", link.span, "name one that is there")
        elif anchor and anchor not in there:
            near = did_you_mean(anchor, there)
            hint = f"did you mean `#{near}`?" if near else "name a heading of that page"
            yield _finding(f"{name or 'this page'} has no heading #{anchor}", link.span, hint)


def _finding(message: str, span: Span, help_text: str) -> Diagnostic:
    return Diagnostic(NOWHERE, Severity.ERROR, message, span, help=help_text, url=page(NOWHERE))
