"""Boards to documents, with what is wrong with them."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from sightline_dashboards import boards, checks
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Collection

    from sightline_core.diagnostics import Diagnostic


def keys() -> list[str]:
    """Return the key of every board."""
    return [document.key for document in _all()]


def compile_boards(wanted: Collection[str] = ()) -> tuple[list[Document], list[Diagnostic]]:
    """Build boards and check them; all of them where none is named."""
    documents = [document for document in _all() if not wanted or document.key in wanted]
    return documents, checks.run(documents)


def _all() -> list[Document]:
    modules = [import_module(f"{boards.__name__}.{each.name}") for each in pkgutil.iter_modules(boards.__path__)]
    return [Document(Kind.DASHBOARD, module.KEY, module.build()) for module in modules]
