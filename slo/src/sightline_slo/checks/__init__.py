"""What is wrong with an SLO that reads well. One check, one file; they are found by being here."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sightline_core.diagnostics import Diagnostic, page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sightline_core.diagnostics import Related, Severity, Span
    from sightline_slo.model import Slo


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says; its code is the check's."""

    message: str
    span: Span
    label: str = ""
    help: str = ""
    note: str = ""
    related: tuple[Related, ...] = ()


class Check(Protocol):
    """One check."""

    CODE: str
    SEVERITY: Severity

    def check(self, slo: Slo, firsts: Mapping[str, Slo]) -> Iterable[Finding]:
        """Yield what is wrong with `slo`; `firsts` holds the first SLO of each key that is compiled with it."""


def checks() -> list[Check]:
    """Return every check, in the order of their codes."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [cast("Check", import_module(f"{__name__}.{name}")) for name in names]
    return sorted(found, key=lambda each: each.CODE)


def run(slos: Sequence[Slo]) -> Iterator[Diagnostic]:
    """Yield what every check says of every SLO."""
    firsts: dict[str, Slo] = {}
    for slo in slos:
        firsts.setdefault(slo.key, slo)
    # One SLO after the other, so that what one check asks of its queries is still known to the next.
    every = checks()
    for slo in slos:
        for each in every:
            for found in each.check(slo, firsts):
                yield Diagnostic(
                    each.CODE,
                    each.SEVERITY,
                    found.message,
                    found.span,
                    found.label,
                    found.help,
                    found.note,
                    page(each.CODE),
                    found.related,
                )
