"""What is wrong with a query, and where in its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, Span, page

if TYPE_CHECKING:
    from collections.abc import Callable

SYNTAX = "DDQ001"
UNKNOWN_AGGREGATOR = "DDQ002"
BAD_WINDOW = "DDQ003"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a query; `start` and `end` are offsets in characters, `end` exclusive."""

    code: str
    message: str
    start: int
    end: int
    label: str = ""
    help: str = ""

    def bytes_of(self, text: str) -> tuple[int, int]:
        """Return where it stands in the text as UTF-8, in bytes."""
        before = len(text[: self.start].encode("utf-8", "surrogatepass"))
        return before, before + len(text[self.start : self.end].encode("utf-8", "surrogatepass"))

    def diagnostic(self, place: Callable[[int, int], Span]) -> Diagnostic:
        """Turn into a finding; `place` maps offsets of the query to a span of the file that holds it."""
        span, url = place(self.start, self.end), page(self.code)
        return Diagnostic(self.code, Severity.ERROR, self.message, span, self.label, help=self.help, url=url)


class QuerySyntaxError(Exception):
    """Ends the parse of one query; the parsers catch it, and return its problem as a value."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
