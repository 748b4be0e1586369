"""Values of a document whose form is right, with what stands for `${name}` put in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean
from sightline_slo import codes
from sightline_slo.model import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_core.diagnostics import Span
    from sightline_core.located import Located, Path

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A mapping of the document."""

    document: Located
    path: Path
    value: Mapping[str, Any]
    variables: Mapping[str, str]
    findings: list[Diagnostic]

    @classmethod
    def of(cls, document: Located, path: Path) -> Self:
        """Return the mapping at `path` for its places alone."""
        value = document.value
        for step in path:
            value = value[step]
        return cls(document, path, value, {}, [])

    def has(self, key: str) -> bool:
        """Whether a key is there."""
        return key in self.value

    def inner(self, key: str) -> Filled:
        """Return a mapping inside this one, an empty one where it is not there."""
        return Filled(self.document, (*self.path, key), self.value.get(key, {}), self.variables, self.findings)

    def items(self, key: str) -> list[Filled]:
        """Return the mappings of a list, none where it is not there."""
        return [
            Filled(self.document, (*self.path, key, index), each, self.variables, self.findings)
            for index, each in enumerate(self.value.get(key, ()))
        ]

    def text(self, key: str, default: str = "") -> str:
        """Return a text."""
        return self._fill((*self.path, key), self.value[key]) if key in self.value else default

    def texts(self, key: str) -> dict[str, str]:
        """Return a mapping of texts."""
        path = (*self.path, key)
        return {name: self._fill((*path, name), each) for name, each in self.value.get(key, {}).items()}

    def list(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        path = (*self.path, key)
        return tuple(self._fill((*path, index), str(each)) for index, each in enumerate(self.value.get(key, ())))

    def query(self, key: str) -> Query | None:
        """Return a query; once something was put in, findings mark all of it, for offsets are no columns any more."""
        if key not in self.value:
            return None
        path = (*self.path, key)
        text = self._fill(path, self.value[key])
        if text != self.value[key]:
            return Query(text, self.place(key))
        return Query(text, self.document.placing(path))

    def place(self, key: str = "") -> Callable[[int, int], Span]:
        """Return what places everything at one value, or at this mapping."""
        span = self.span(key)
        return lambda _start, _end: span

    def span(self, key: str = "") -> Span:
        """Return where a value stands, or this mapping's own key, which is shorter than all that it holds."""
        return self.document.span_of((*self.path, key)) if key else self.document.key_span(self.path)

    def key_spans(self, key: str) -> dict[str, Span]:
        """Return where each key of a mapping stands."""
        return {name: self.document.key_span((*self.path, key, name)) for name in self.value.get(key, {})}

    def report(self, code: str, message: str, key: str = "", label: str = "", help_text: str = "") -> None:
        """Add a finding about a value, or about this mapping."""
        self.findings.append(
            Diagnostic(code, Severity.ERROR, message, self.span(key), label, help=help_text, url=page(code))
        )

    def _fill(self, path: Path, text: str) -> str:
        for found in _VARIABLE.finditer(text):
            if found[1] not in self.variables:
                near = did_you_mean(found[1], list(self.variables))
                help_text = f"did you mean `{near}`?" if near else f"set it under `vars:`, or with --var {found[1]}=…"
                span = self.document.inside(path, *found.span())
                message, code = f"nothing sets `{found[1]}`", codes.UNKNOWN_VARIABLE
                self.findings.append(Diagnostic(code, Severity.ERROR, message, span, help=help_text, url=page(code)))
        return _VARIABLE.sub(lambda found: self.variables.get(found[1], "unset"), text)
