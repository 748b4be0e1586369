"""What is wrong with a cluster. One rule, one file; they are found by being here, and know their point's number."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sightline_core.diagnostics import Related, Severity, Span
    from sightline_kube.manifests import Manifest
    from sightline_vault.lint.estate import Estate


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says; `manifest` is the object whose annotations may suppress it, None where it is no object's."""

    message: str
    span: Span
    help: str
    label: str = ""
    note: str = ""
    manifest: Manifest | None = None
    related: tuple[Related, ...] = ()


class Rule(Protocol):
    """One rule."""

    CODE: str
    SEVERITY: Severity
    POINT: int
    """The point of the checklist that it belongs to, from 1."""

    def check(self, estate: Estate) -> Iterable[Finding]:
        """Yield what is wrong."""


@cache
def rules() -> Sequence[Rule]:
    """Return every rule, in the order of their codes."""
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    found = [cast("Rule", module) for module in modules if hasattr(module, "CODE")]
    return tuple(sorted(found, key=lambda each: each.CODE))
