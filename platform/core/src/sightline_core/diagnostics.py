"""What is wrong, where, why and how to mend it: as values.

A user's mistake is a `Diagnostic`, collected and reported with all the others. Exceptions are for the
environment (`sightline_core.errors`) and the impossible. Nothing here knows how it is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How bad a finding is; the order of declaration is from worst to mildest."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text file. Lines and columns count from 1; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __post_init__(self) -> None:
        """Refuse a span that no file can hold."""
        if self.line < 1 or self.column < 1:
            raise ValueError(f"a span starts at line 1, column 1 or later, not {self}")
        if (self.end_line, self.end_column) < (self.line, self.column):
            raise ValueError(f"a span ends where it starts or later, not {self}")

    def __str__(self) -> str:
        """Give the start as `file:line:column`, which editors turn into a link."""
        return f"{self.file}:{self.line}:{self.column}"

    def narrowed(self, start: int, end: int) -> Span:
        """Return characters `start` to `end` of a single-line span (offsets from its start)."""
        return Span(self.file, self.line, self.column + start, self.line, self.column + end)


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to a finding, such as the first of two duplicates."""

    span: Span
    label: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    `message` states the fact in the user's words, `label` stands under the caret and says why here,
    `help` is an imperative that can be pasted, `note` adds background, `url` names the page of the code.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    label: str = ""
    help: str = ""
    note: str = ""
    url: str = ""
    related: tuple[Related, ...] = field(default=())

    @property
    def is_error(self) -> bool:
        """Whether this finding alone makes the answer no."""
        return self.severity is Severity.ERROR


def page(code: str) -> str:
    """Return where a code is explained, from the root of the repository."""
    return f"docs/checks/{code}.md"


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def ordered(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the findings without repeats, by file, line and column; those without a place come last."""

    def key(item: Diagnostic) -> tuple[object, ...]:
        place = item.span
        where = (place.file, place.line, place.column) if place else ("", 0, 0)
        return (place is None, *where, _RANK[item.severity], item.code, item.message)

    return sorted(dict.fromkeys(diagnostics), key=key)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding is an error."""
    return any(item.is_error for item in diagnostics)
