"""Reads a mapping strictly: every key is asked for by name and type, and what was not asked for is a finding."""

from __future__ import annotations

import contextlib
import math
import re
from typing import TYPE_CHECKING, Any, Self

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_slo import codes
from sightline_slo.form.place import kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.diagnostics import Span
    from sightline_core.located import Located, Path

_HANDLE = re.compile(r"@\S+")
_LOOK: Any = object()
"""Look the value up; who has it already gives it."""


class Reader:
    """One mapping of a document. Findings are collected, never raised; a faulty value reads as None."""

    __slots__ = ("_fields", "_is_mapping", "_known", "document", "findings", "path")

    def __init__(self, document: Located, path: Path, findings: list[Diagnostic], value: Any = _LOOK) -> None:
        self.document = document
        self.path = path
        self.findings = findings
        if value is _LOOK:
            value = self._at(path)
        self._fields: dict[str, Any] = value if isinstance(value, dict) else {}
        self._known: list[str] = []
        self._is_mapping = isinstance(value, dict)
        if not self._is_mapping:
            self.report(codes.WRONG_TYPE, f"expected a mapping here, not {kind(value)}", document.span_of(path))

    def _at(self, path: Path) -> Any:
        value = self.document.value
        for step in path:
            value = value[step]
        return value

    def span(self, key: str) -> Span:
        """Return where the value of a key stands, the mapping where the key is not there."""
        return self.document.span_of((*self.path, key))

    def report(self, code: str, message: str, span: Span, label: str = "", help_text: str = "") -> None:
        """Add a finding."""
        self.findings.append(Diagnostic(code, Severity.ERROR, message, span, label, help=help_text, url=page(code)))

    def has(self, key: str) -> bool:
        """Whether the key is there; it counts as known from now on."""
        self._known.append(key)
        return key in self._fields

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Read a text; a number or a truth value is one only in quotes."""
        value = self._value(key, required=required)
        if value is None or isinstance(value, str):
            return value
        self._wrong(key, "a text", value)
        return None

    def number(self, key: str, *, required: bool = False) -> float | None:
        """Read a number; `.inf` and `.nan`, which YAML knows too, are none."""
        value = self._value(key, required=required)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            # A whole number of four hundred digits is more than any float holds.
            with contextlib.suppress(OverflowError):
                if math.isfinite(value):
                    return float(value)
        self._wrong(key, "a number", value)
        return None

    def flag(self, key: str) -> bool:
        """Read a truth value; False where it is not there."""
        value = self._value(key, required=False)
        if value is not None and not isinstance(value, bool):
            self._wrong(key, "true or false", value)
            return False
        return bool(value)

    def texts(self, key: str) -> dict[str, str]:
        """Read a mapping of texts, empty where it is not there."""
        value = self._value(key, required=False)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._wrong(key, "a mapping of texts", value)
            return {}
        for name, each in value.items():
            if not isinstance(each, str):
                span = self.document.span_of((*self.path, key, name))
                help_text = f'write {name}: "{each}"' if not isinstance(each, dict | list) else ""
                self.report(codes.WRONG_TYPE, f"`{name}` must be a text, not {kind(each)}", span, "", help_text)
        return {str(name): each for name, each in value.items() if isinstance(each, str)}

    def handles(self, key: str) -> tuple[str, ...]:
        """Read a list of `@handles`, empty where it is not there."""
        value = self._value(key, required=False)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._wrong(key, "a list of texts", value)
            return ()
        for index, each in enumerate(value):
            # The vendor takes the message as it is and tells nobody.
            if not _HANDLE.fullmatch(each):
                span = self.document.span_of((*self.path, key, index))
                self.report(codes.BAD_HANDLE, f"`{each}` notifies nobody", span, "no handle", f'write "@{each}"')
        return tuple(value)

    def key_spans(self, *keys: str) -> dict[str, Span]:
        """Return where each key of the mapping below `keys` stands; nothing where no mapping is there."""
        value: Any = self._fields
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        names = value if isinstance(value, dict) else {}
        return {str(name): self.document.key_span((*self.path, *keys, name)) for name in names}

    def inner(self, key: str, *, required: bool = False) -> Self | None:
        """Read a mapping inside this one."""
        value = self._value(key, required=required)
        return None if value is None else type(self)(self.document, (*self.path, key), self.findings, value)

    def items(self, key: str) -> Iterator[Self]:
        """Read a list of mappings that must be there and must not be empty."""
        value = self._value(key, required=True)
        if value is None:
            return
        if not isinstance(value, list) or not value:
            self._wrong(key, "a list with at least one entry", value)
            return
        for index, each in enumerate(value):
            yield type(self)(self.document, (*self.path, key, index), self.findings, each)

    def done(self) -> None:
        """Report every key that nobody asked for."""
        if self._fields.keys() <= set(self._known):
            return
        for key in self._fields:
            if key not in self._known:
                near = did_you_mean(str(key), self._known)
                self.report(
                    codes.UNKNOWN_KEY,
                    f"unknown key `{key}`",
                    self.document.key_span((*self.path, key)),
                    "nothing reads this",
                    f"did you mean `{near}`?" if near else f"one of {', '.join(self._known)} may stand here",
                )

    def _value(self, key: str, *, required: bool) -> Any:
        self._known.append(key)
        value = self._fields.get(key)
        # What is no mapping was reported as that; each key that it lacks says nothing more.
        if value is None and required and self._is_mapping:
            self.report(codes.MISSING_KEY, f"`{key}` is missing", self.document.span_of(self.path), f"needs `{key}:`")
        return value

    def _wrong(self, key: str, wanted: str, value: object) -> None:
        self.report(codes.WRONG_TYPE, f"`{key}` must be {wanted}, not {kind(value)}", self.span(key))
