"""Dialects: one file each, found by the value of `version:`, or of `apiVersion:` and `kind:`."""

from __future__ import annotations

import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_slo import codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.located import Located
    from sightline_slo.model import Spec
    from sightline_slo.windows import Catalogue


@dataclass(frozen=True, slots=True)
class Context:
    """What a document is read with.

    Args:
        variables: what stands for `${name}`; wins over a file's `vars`.
        catalogue: the windows by period, where a spec chooses none.
        default_period_s: the period of SLOs that name none.
        compat: what Sloth drops silently is a warning.
        documents: every object that is read in this run, for objects that name others.
        plugins: the directories of SLI plugins.
    """

    variables: Mapping[str, str]
    catalogue: Catalogue
    default_period_s: int
    compat: bool = False
    documents: tuple[Located, ...] = ()
    plugins: tuple[str, ...] = ()


class Dialect(Protocol):
    """A way to write SLOs."""

    VERSIONS: tuple[str, ...]
    """Values of `version:`, or `<apiVersion>/<kind>`."""

    def read(self, document: Located, context: Context, findings: list[Diagnostic]) -> Spec | None:
        """Read what can be read, and add every fault to `findings`."""


@cache
def dialects() -> Mapping[str, Dialect]:
    """Return every dialect by its versions."""
    modules = [
        import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__) if each.name[0] != "_"
    ]
    return {
        version: cast("Dialect", module)
        for module in modules
        if hasattr(module, "VERSIONS")
        for version in module.VERSIONS
    }


_TOLD = re.compile(r'^VERSIONS = \("([^"]+)",\)$', re.MULTILINE)


@cache
def _told() -> Mapping[str, str]:
    """Return the modules that say their one version in so many words: only the one that is asked for is imported."""
    texts = {each.stem: each.read_text(encoding="utf-8") for each in Path(__file__).parent.glob("[a-z]*.py")}
    return {found[1]: name for name, text in texts.items() if (found := _TOLD.search(text))}


def _dialect(version: str) -> Dialect | None:
    name = _told().get(version)
    return cast("Dialect", import_module(f"{__name__}.{name}")) if name else dialects().get(version)


def read(document: Located, context: Context, findings: list[Diagnostic]) -> Spec | None:
    """Read a document in whatever dialect it names."""
    value, key = _version(document.value)
    dialect = _dialect(value) if value else None
    if dialect is not None:
        return dialect.read(document, context, findings)
    near = did_you_mean(value, list(dialects())) if value else None
    findings.append(
        Diagnostic(
            codes.UNKNOWN_VERSION,
            Severity.ERROR,
            f"`{value}` is no version of a spec" if value else "this does not say which version of a spec it is",
            document.span_of((key,)) if value else document.span.narrowed(0, 1),
            help=f"did you mean `{near}`?" if near else "begin with `version: sightline/v1`",
            url=page(codes.UNKNOWN_VERSION),
        )
    )
    return None


def _version(value: object) -> tuple[str, str]:
    """Return what a document says that it is, and in which key."""
    if not isinstance(value, dict):
        return "", ""
    if value.get("version"):
        return str(value["version"]), "version"
    if value.get("apiVersion"):
        return f"{value['apiVersion']}/{value.get('kind', '')}", "apiVersion"
    return "", ""
