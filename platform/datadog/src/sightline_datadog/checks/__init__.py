"""What the vendor refuses, or takes and never fires: found before anything is sent.

First the shape of each body, by the vendor's specifications (`schema.findings`); then rules about what those do not
say. One rule, one file: each module here has a `check(document, among)` and is found by its being here.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.located import BAD_VALUE
from sightline_datadog.schema.findings import issues_of, reported
from sightline_datadog.schema.issues import Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sightline_core.located import Path
    from sightline_datadog.documents import Document
    from sightline_datadog.inspection import Among
    from sightline_datadog.schema.issues import Issue


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule says: the fact, how to mend it, and the field it speaks of, down to characters of its text.

    A warning is about what the vendor takes, and most people do not mean.
    """

    message: str
    help: str
    path: Path = ()
    at: tuple[int, int] | None = None
    severity: Severity = Severity.ERROR


class Rule(Protocol):
    """One rule."""

    CODE: str

    def check(self, document: Document, among: Among) -> Iterable[Fault]:
        """Yield each fault of the document; `among` is everything that is pushed with it, by kind and key."""


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, in the order of their codes."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [cast("Rule", import_module(f"{__name__}.{name}")) for name in names]
    return tuple(sorted(found, key=lambda rule: rule.CODE))


def check(documents: Sequence[Document]) -> list[Diagnostic]:
    """Return every fault of every document.

    Where a value is not of its type no rule looks at its document, and no rule speaks of a field that the
    specifications already call wrong.
    """
    findings: list[Diagnostic] = []
    sound: list[tuple[Document, list[Issue]]] = []
    for document in documents:
        try:
            issues = issues_of(document)
        except RecursionError:
            message, url = f"{document.name} nests too far", page(BAD_VALUE)
            findings.append(Diagnostic(BAD_VALUE, Severity.ERROR, message, document.span, url=url))
            continue
        findings += [reported(document, each) for each in issues]
        if not any(each.wrong is Wrong.TYPE for each in issues):
            sound.append((document, issues))
    among = {(document.kind, document.key): document for document, _ in sound}
    for rule in rules():
        for document, issues in sound:
            findings += _findings(rule, document, among, [each.path for each in issues if not each.soft])
    return findings


def _findings(rule: Rule, document: Document, among: Among, wrong: Sequence[Path]) -> Iterator[Diagnostic]:
    for fault in rule.check(document, among):
        if fault.path and any(_one_holds_the_other(fault.path, path) for path in wrong if path):
            continue
        place = document.place(fault.path, fault.at)
        message, url = f"{document.name}: {fault.message}", page(rule.CODE)
        yield Diagnostic(rule.CODE, fault.severity, message, place, help=fault.help, url=url)


def _one_holds_the_other(one: Path, other: Path) -> bool:
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]
