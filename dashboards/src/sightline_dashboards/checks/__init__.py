"""What makes a board unreadable or wrong. One check, one file; they are found by being here."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from sightline_core.diagnostics import Diagnostic, Severity, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sightline_datadog.documents import Document


class Check(Protocol):
    """One check."""

    CODE: str

    def check(self, body: Mapping[str, Any]) -> Iterable[str]:
        """Yield what is wrong with a dashboard's body."""


def run(documents: Sequence[Document]) -> list[Diagnostic]:
    """Return what every check says of every board."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    checks = sorted((cast("Check", import_module(f"{__name__}.{name}")) for name in names), key=lambda each: each.CODE)
    return [
        Diagnostic(each.CODE, Severity.ERROR, f"{document.name}: {message}", document.span, url=page(each.CODE))
        for each in checks
        for document in documents
        for message in each.check(document.body)
    ]


def widgets(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every widget, those inside groups too."""
    for widget in body.get("widgets") or []:
        yield widget
        yield from widgets(widget.get("definition") or {})
