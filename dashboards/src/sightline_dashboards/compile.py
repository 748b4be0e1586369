"""Boards to documents, with what is wrong with them."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Span
from sightline_dashboards import boards, checks
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sightline_core.diagnostics import Diagnostic


def keys() -> list[str]:
    """Return the key of every board."""
    return [module.KEY for module in _modules()]


def compile_boards(wanted: Collection[str] = ()) -> tuple[list[Document], list[Diagnostic], Mapping[str, str]]:
    """Build boards and check them; all of them where none is named. Returns what `compile_modules` does."""
    return compile_modules([module for module in _modules() if not wanted or module.KEY in wanted])


def compile_modules(modules: Iterable[Any]) -> tuple[list[Document], list[Diagnostic], Mapping[str, str]]:
    """Build the board of each module, and check it.

    Returns:
        The documents, what is wrong with them, and the boards' source by name of file, for code frames.
    """
    documents, sources = [], {}
    for module in modules:
        place = _place(module.build)
        documents.append(Document(Kind.DASHBOARD, module.KEY, module.build(), place))
        sources[place.file] = Path(module.__file__).read_text(encoding="utf-8")
    return documents, checks.run(documents), sources


def _modules() -> list[Any]:
    return [import_module(f"{boards.__name__}.{each.name}") for each in pkgutil.iter_modules(boards.__path__)]


def _place(build: Any) -> Span:
    lines, first = inspect.getsourcelines(build)
    file = Path(inspect.getsourcefile(build) or "")
    here = Path.cwd()
    shown = file.relative_to(here) if file.is_relative_to(here) else file
    return Span(str(shown), first, 1, first, len(lines[0].rstrip()) + 1)
