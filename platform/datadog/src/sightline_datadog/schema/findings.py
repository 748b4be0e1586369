"""What the specifications say of a document, as findings with places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_datadog.schema.issues import Issue, Wrong, word_issue
from sightline_datadog.schema.load import schema
from sightline_datadog.schema.nodes import Zone
from sightline_datadog.schema.roots import BY_TYPE, ROOTS, root

if TYPE_CHECKING:
    from sightline_datadog.documents import Document

UNKNOWN = "DDC006"
WORD = "DDC007"
MISSING = "DDC008"
TYPE = "DDC009"
BOUND = "DDC016"
CODES = {
    Wrong.UNKNOWN: UNKNOWN,
    Wrong.WORD: WORD,
    Wrong.MISSING: MISSING,
    Wrong.TYPE: TYPE,
    Wrong.BOUND: BOUND,
}
LAGGING = "DDC017"
"""Whatever is wrong where the specification is known to lag behind the product."""


def issues_of(document: Document) -> list[Issue]:
    """Return what is wrong with a body by the vendor's specifications."""
    name = root(document.kind, document.body)
    if name is None:
        given = document.body.get(BY_TYPE)
        kinds = sorted(ROOTS[document.kind])
        if given is None:
            return [Issue(Wrong.MISSING, f"`{BY_TYPE}` is missing", f"one of {', '.join(kinds)}")]
        issue = word_issue(str(given), kinds, soft=False)
        return [Issue(issue.wrong, issue.message, issue.help, (BY_TYPE,))]
    return schema().node(name).check(document.body, Zone.STRICT)


def reported(document: Document, issue: Issue) -> Diagnostic:
    """Return an issue as a finding; its place is looked for only now."""
    code = LAGGING if issue.soft else CODES[issue.wrong]
    severity = Severity.WARNING if issue.soft else Severity.ERROR
    place = document.key_place(issue.path) if issue.at_key else document.place(issue.path)
    above = issue.path[:-1] if issue.at_key else issue.path
    where = f"{document.name}: " + (f"{_spelled(above)}: " if above else "")
    return Diagnostic(code, severity, where + issue.message, place, help=issue.help, url=page(code))


def _spelled(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return f"`{text}`"
