"""Reads a mapping of a test file strictly: every key is asked for by name and type, and any other is a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_datadog.testing import codes
from sightline_datadog.testing.notation import NotationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_core.diagnostics import Span
    from sightline_core.located import Located, Path

Read = TypeVar("Read")

_KINDS = {dict: "a mapping", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}


@dataclass(frozen=True, slots=True)
class Within:
    """The places of what stands at `base` of a document; implements `places.Places`."""

    document: Located
    base: Path

    def span_of(self, path: Path) -> Span:
        """Return the place of a value."""
        return self.document.span_of((*self.base, *path))

    def key_span(self, path: Path) -> Span:
        """Return the place of the key that a path ends in."""
        return self.document.key_span((*self.base, *path))

    def inside(self, path: Path, start: int, end: int) -> Span:
        """Return the place of some characters of a text."""
        return self.document.inside((*self.base, *path), start, end)


class Fields:
    """One mapping. Findings are collected, never raised; what is faulty reads as not there."""

    def __init__(self, document: Located, path: Path, findings: list[Diagnostic]) -> None:
        self.document, self.path, self.findings = document, path, findings
        value = document.value
        for step in path:
            value = value[step]
        self.is_mapping = isinstance(value, dict)
        self._fields: dict[str, Any] = value if isinstance(value, dict) else {}
        self._known: list[str] = []
        if not self.is_mapping:
            self.report(codes.BAD_FORM, f"expected a mapping here, not {kind_of(value)}", self.here)

    @property
    def here(self) -> Span:
        """Where the mapping stands."""
        return self.document.span_of(self.path)

    def span(self, key: str) -> Span:
        """Where the value of a key stands."""
        return self.document.span_of((*self.path, key))

    def report(
        self, code: str, message: str, span: Span, label: str = "", help_text: str = "", *, warning: bool = False
    ) -> None:
        """Add a finding."""
        severity = Severity.WARNING if warning else Severity.ERROR
        self.findings.append(Diagnostic(code, severity, message, span, label, help=help_text, url=page(code)))

    def value(self, key: str, *, required: bool = False) -> Any:
        """Return a value as it is; None where it is not there."""
        self._known.append(key)
        value = self._fields.get(key)
        if value is None and required and self.is_mapping:
            self.report(codes.BAD_FORM, f"`{key}` is missing", self.here, f"needs `{key}:`")
        return value

    def keys(self) -> list[str]:
        """Return the keys that are there."""
        return list(self._fields)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Read a text; a number or a time counts as it is written."""
        value = self.value(key, required=required)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value}"
        self.wrong(key, "a text", value)
        return None

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Read a truth value."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "true or false", value)
        return value if isinstance(value, bool) else default

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Read a list of texts, or one text."""
        value = self.value(key, required=required)
        if isinstance(value, str):
            return (value,)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(key, "a text or a list of texts", value)
            return ()
        return tuple(value)

    def mapping(self, key: str, *, required: bool = False) -> dict[str, Any]:
        """Read a mapping as it is."""
        value = self.value(key, required=required)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "a mapping", value)
        return value if isinstance(value, dict) else {}

    def items(self, key: str, *, required: bool = False) -> Iterator[Fields]:
        """Read a list of mappings."""
        value = self.value(key, required=required)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(key, "a list", value)
            return
        for index in range(len(value)):
            yield Fields(self.document, (*self.path, key, index), self.findings)

    def read(
        self, key: str, reader: Callable[[str], Read], code: str, *, required: bool = False, help_text: str = ""
    ) -> Read | None:
        """Read a text by a function that raises NotationError, whose place is told to the character."""
        text = self.text(key, required=required)
        if text is None:
            return None
        try:
            return reader(text)
        except NotationError as error:
            self.report(code, str(error), self.document.inside((*self.path, key), *error.at), "", help_text)
            return None

    def wrong(self, key: str, wanted: str, value: object) -> None:
        """Report a value of another type."""
        self.report(codes.BAD_FORM, f"`{key}` must be {wanted}, not {kind_of(value)}", self.span(key))

    def done(self) -> None:
        """Report every key that nobody asked for."""
        for key in self._fields:
            if key not in self._known:
                near = did_you_mean(str(key), self._known)
                help_text = f"did you mean `{near}`?" if near else f"one of {', '.join(self._known)} may stand here"
                span = self.document.key_span((*self.path, key))
                self.report(codes.BAD_FORM, f"unknown key `{key}`", span, "nothing reads this", help_text)


def kind_of(value: object) -> str:
    """Say what a value is."""
    return _KINDS.get(type(value), "a number")
