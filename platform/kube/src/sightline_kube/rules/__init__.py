"""What is wrong with manifests that read well. One rule, one file; they are found by being here."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sightline_core.diagnostics import Related, Severity, Span
    from sightline_kube.manifests import Bundle, Manifest


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one object; its code and severity are the rule's."""

    manifest: Manifest
    message: str
    span: Span
    label: str = ""
    help: str = ""
    note: str = ""
    related: tuple[Related, ...] = ()


class Rule(Protocol):
    """One rule."""

    CODE: str
    SEVERITY: Severity

    def check(self, bundle: Bundle) -> Iterable[Finding]:
        """Yield what is wrong in objects that are applied together."""


def rules() -> Sequence[Rule]:
    """Return every rule of this package, in the order of their codes."""
    return collected(__name__, tuple(__path__))


@cache
def collected(package: str, path: tuple[str, ...]) -> Sequence[Rule]:
    """Return the rules that are modules of a package: other members keep packages of their own."""
    modules = [import_module(f"{package}.{each.name}") for each in pkgutil.iter_modules(path)]
    found = [cast("Rule", module) for module in modules if hasattr(module, "CODE")]
    return tuple(sorted(found, key=lambda each: each.CODE))
