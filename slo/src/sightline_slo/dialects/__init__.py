"""Dialects: one file each, found by the value of `version:`."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_slo import codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.located import Located
    from sightline_slo.model import Slo


class Dialect(Protocol):
    """A way to write SLOs."""

    VERSION: str

    def read(self, document: Located, variables: Mapping[str, str], findings: list[Diagnostic]) -> list[Slo]:
        """Read what can be read, and add every fault to `findings`."""


def dialects() -> dict[str, Dialect]:
    """Return every dialect by its version."""
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    return {module.VERSION: cast("Dialect", module) for module in modules if hasattr(module, "VERSION")}


def read(document: Located, variables: Mapping[str, str], findings: list[Diagnostic]) -> list[Slo]:
    """Read a document in whatever dialect it names."""
    known = dialects()
    value = document.value.get("version") if isinstance(document.value, dict) else None
    dialect = known.get(value) if isinstance(value, str) else None
    if dialect is not None:
        return dialect.read(document, variables, findings)
    near = did_you_mean(str(value), list(known)) if value else None
    findings.append(
        Diagnostic(
            codes.UNKNOWN_VERSION,
            Severity.ERROR,
            f"`{value}` is no version of a spec" if value else "this does not say which version of a spec it is",
            document.span_of(("version",)) if value else document.span.narrowed(0, 1),
            help=f"did you mean `{near}`?" if near else f"begin with `version: {next(iter(known))}`",
            url=page(codes.UNKNOWN_VERSION),
        )
    )
    return []
