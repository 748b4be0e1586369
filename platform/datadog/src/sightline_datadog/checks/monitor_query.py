"""A monitor's query must parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import read_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC010"


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Of every type whose dialect is known; a newer one is the vendor's to judge."""
    if document.kind is not Kind.MONITOR or document.body.get("query") is None:
        return
    text = str(document.body.get("query") or "")
    _, problems = read_query(str(document.body.get("type")), text)
    for problem in problems:
        message = f"its query is wrong at character {problem.start + 1}: {problem.message}"
        yield Fault(message, problem.help or problem.label, ("query",), (problem.start, problem.end))
