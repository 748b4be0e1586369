"""What the vendor refuses, or takes and never fires: found before anything is sent.

One rule, one file: each module here has a `check(document, documents)` and is found by its being here.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sightline_core.diagnostics import Diagnostic, Severity, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sightline_datadog.documents import Document


class Rule(Protocol):
    """One rule: `CODE`, and the messages it has for a document, each with a help."""

    CODE: str

    def check(self, document: Document, documents: Sequence[Document]) -> Iterable[tuple[str, str]]:
        """Yield (message, help) for each fault of the document; `documents` is everything that is pushed with it."""


def rules() -> list[Rule]:
    """Return every rule, in the order of their codes."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [cast("Rule", import_module(f"{__name__}.{name}")) for name in names]
    return sorted(found, key=lambda rule: rule.CODE)


def check(documents: Sequence[Document]) -> list[Diagnostic]:
    """Return every fault of every document."""
    return list(_findings(documents))


def _findings(documents: Sequence[Document]) -> Iterator[Diagnostic]:
    for rule in rules():
        for document in documents:
            for message, help_text in rule.check(document, documents):
                text, url = f"{document.name}: {message}", page(rule.CODE)
                yield Diagnostic(rule.CODE, Severity.ERROR, text, document.span, help=help_text, url=url)
