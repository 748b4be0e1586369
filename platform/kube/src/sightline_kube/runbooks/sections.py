"""What somebody who was woken up looks for, in the order in which it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, Span, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.runbooks.markdown import Page

NO_SECTION = "RUN001"
WANTED = ("Symptoms", "Impact", "Diagnosis", "Repair", "Verification")


def check(read: Page) -> Iterator[Diagnostic]:
    """Want every section, and something in each."""
    there = {each.title.casefold(): each for each in read.headings if each.level == 2}
    first = read.headings[0].span if read.headings else Span(read.file, 1, 1, 1, 1)
    missing = [each for each in WANTED if each.casefold() not in there]
    if missing:
        words = " and no ".join(missing)
        yield _finding(f"this runbook has no section {words}", first, f"add `## {missing[0]}`")
    for each in WANTED:
        heading = there.get(each.casefold())
        if heading is not None and not heading.filled:
            yield _finding(f"the section {each} is empty", heading.span, "say it, or say that there is none")


def _finding(message: str, span: Span, help_text: str) -> Diagnostic:
    return Diagnostic(NO_SECTION, Severity.ERROR, message, span, help=help_text, url=page(NO_SECTION))
