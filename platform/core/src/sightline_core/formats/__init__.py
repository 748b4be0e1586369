"""How findings are said to people and machines. One form, one file; they are found by being here."""

from __future__ import annotations

import os
import pkgutil
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from sightline_core.errors import SightlineError
from sightline_core.formats.option import AUTOMATIC
from sightline_core.formats.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.console import Console


class Format(Protocol):
    """One form. `QUIET` says that the product holds every word, so that no frames are drawn beside it."""

    NAME: str
    QUIET: bool

    def render(self, report: Report) -> str:
        """Return the product; the empty string for none."""


@cache
def formats() -> dict[str, Format]:
    """Return every form by its name."""
    modules = [import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
    return {module.NAME: cast("Format", module) for module in modules if hasattr(module, "NAME")}


def chosen(name: str, environ: Mapping[str, str] | None = None) -> str:
    """Return which form is meant."""
    env = os.environ if environ is None else environ
    if name != AUTOMATIC:
        return name
    return "github" if env.get("GITHUB_ACTIONS") == "true" else "text"


def emit(report: Report, name: str, console: Console, code: int) -> int:
    """Print a report in a form, and return the exit code, which is `code` but for SARIF.

    A SARIF file is uploaded by the next step of a workflow, and that step is not reached where this one fails: the
    upload is what turns the pull request red. No answer (2) stays no answer.
    """
    form = formats()[name]
    if not form.QUIET:
        console.findings(report.findings, report.sources)
        console.note(report.summary)
    product = form.render(report)
    if product:
        console.out(product, end="")
    return 0 if name == "sarif" and code == 1 else code


@contextmanager
def answering(name: str, console: Console, *, silent: bool = False) -> Iterator[None]:
    """Say in the form, too, that no answer could be given; `silent` where somebody else says it (`--json`)."""
    try:
        yield
    except SightlineError as error:
        product = formats()[name].render(Report([error.diagnostic()], {}))
        if product and not silent:
            console.out(product, end="")
        raise
