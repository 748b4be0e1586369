"""A value in a document while its form is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_slo import codes

if TYPE_CHECKING:
    from sightline_core.diagnostics import Span
    from sightline_core.located import Located, Path


@dataclass(frozen=True, slots=True)
class Place:
    """One value, where it stands, and where findings about it go; `faulty` gets the paths of the faults."""

    document: Located
    path: Path
    value: Any
    findings: list[Diagnostic]
    faulty: list[Path]

    def inner(self, step: str | int) -> Place:
        """Return a value inside this mapping or list."""
        return Place(self.document, (*self.path, step), self.value[step], self.findings, self.faulty)

    @property
    def span(self) -> Span:
        """Where the value stands."""
        return self.document.span_of(self.path)

    def report(
        self, code: str, message: str, label: str = "", help_text: str = "", *, span: Span | None = None
    ) -> None:
        """Add a finding about this value."""
        self.faulty.append(self.path)
        place = span or self.span
        self.findings.append(Diagnostic(code, Severity.ERROR, message, place, label, help=help_text, url=page(code)))

    def wrong_type(self, wanted: str) -> None:
        """Say that this is of another kind."""
        what = f"`{self.path[-1]}`" if self.path and isinstance(self.path[-1], str) else "this"
        help_text = "leave the key out, or give it a value" if self.value is None else ""
        message = f"{what} must be {wanted}, not {kind(self.value)}"
        self.report(codes.WRONG_TYPE, message, help_text=help_text)


def kind(value: object) -> str:
    """Say what a value is."""
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "a text"
    return {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), "something else")
