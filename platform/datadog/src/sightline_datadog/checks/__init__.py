"""What the vendor refuses, or takes and never fires: found before anything is sent.

One rule, one file: each module here has a `check(document, documents)` and is found by its being here.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sightline_core.diagnostics import Diagnostic, Severity, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sightline_core.located import Path
    from sightline_datadog.documents import Document


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule says: the fact, how to mend it, and the field it speaks of, down to characters of its text."""

    message: str
    help: str
    path: Path = ()
    at: tuple[int, int] | None = None


class Rule(Protocol):
    """One rule."""

    CODE: str

    def check(self, document: Document, documents: Sequence[Document]) -> Iterable[Fault]:
        """Yield each fault of the document; `documents` is everything that is pushed with it."""


def rules() -> list[Rule]:
    """Return every rule, in the order of their codes."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [cast("Rule", import_module(f"{__name__}.{name}")) for name in names]
    return sorted(found, key=lambda rule: rule.CODE)


def check(documents: Sequence[Document]) -> list[Diagnostic]:
    """Return every fault of every document; one whose shape is wrong is not looked at further."""
    from sightline_datadog.checks import shape

    misshapen = [document for document in documents if any(shape.check(document, documents))]
    sound = [document for document in documents if document not in misshapen]
    findings = list(_findings(shape, misshapen, documents))
    for rule in rules():
        findings += _findings(rule, sound, sound)
    return findings


def _findings(rule: Rule, documents: Sequence[Document], among: Sequence[Document]) -> Iterator[Diagnostic]:
    for document in documents:
        for fault in rule.check(document, among):
            place = document.place(fault.path, fault.at)
            message, url = f"{document.name}: {fault.message}", page(rule.CODE)
            yield Diagnostic(rule.CODE, Severity.ERROR, message, place, help=fault.help, url=url)
