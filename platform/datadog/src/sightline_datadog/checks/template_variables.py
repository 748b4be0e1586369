"""A template variable has one declaration, and what is used is declared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_core.suggest import did_you_mean
from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.located import Path
    from sightline_datadog.inspection import Among

CODE = "DDC028"
_USED = re.compile(r"(?<![\w$\\])\$([A-Za-z][\w-]*(?:\.[\w-]+)*)")
_PARTS = (".value", ".key", ".name")
"""What may stand behind a variable's name, which may itself hold dots."""
_SEARCHED = frozenset({"q", "query", "filter", "scope", "search"})


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at the declarations, at presets, and at the queries of widgets."""
    if document.kind is not Kind.DASHBOARD:
        return
    declared: dict[str, int] = {}
    for index, each in enumerate(document.body.get("template_variables") or []):
        name = str(each.get("name"))
        if name in declared:
            path: Path = ("template_variables", index, "name")
            yield Fault(f"the template variable `{name}` is declared twice", "leave one of them out", path)
        declared.setdefault(name, index)
    for index, preset in enumerate(document.body.get("template_variable_presets") or []):
        for inner, each in enumerate(preset.get("template_variables") or []):
            place: Path = ("template_variable_presets", index, "template_variables", inner, "name")
            yield from _undeclared(str(each.get("name")), declared, place, None)
    for where, text in texts(document.body.get("widgets") or [], ("widgets",)):
        if where[-1] in _SEARCHED:
            for found in _USED.finditer(text):
                yield from _undeclared(found[1], declared, where, found.span())


def _undeclared(name: str, declared: dict[str, int], path: Path, at: tuple[int, int] | None) -> Iterator[Fault]:
    bare = next((name.removesuffix(each) for each in _PARTS if name.endswith(each)), name)
    if name not in declared and bare not in declared:
        near = did_you_mean(name, declared)
        help_text = f"did you mean `{near}`?" if near else "declare it under `template_variables`"
        yield Fault(f"no template variable is called `{name}`", help_text, path, at, Severity.WARNING)
