"""From YAML into frozen dataclasses by their annotations: strict, with every finding at its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_core.suggest import did_you_mean

if TYPE_CHECKING:
    from sightline_core.diagnostics import Span
    from sightline_core.located import Located, Path

BAD_FORM = "VLT001"

T = TypeVar("T")
_CALLED = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
_WRONG = object()


class Form:
    """Reads one document. `findings` holds what is wrong; what was wrong is not in the value."""

    def __init__(self, document: Located) -> None:
        self._document = document
        self.findings: list[Diagnostic] = []

    def read(self, kind: type[T], *, extra: tuple[str, ...] = ()) -> T | None:
        """Return the document as a `kind`, None where anything is wrong. `extra` are keys that others read."""
        found = self._dataclass(kind, self._document.value, (), extra)
        return None if self.findings else found

    def say(self, span: Span, message: str, help_text: str) -> None:
        """Add a finding."""
        self.findings.append(Diagnostic(BAD_FORM, Severity.ERROR, message, span, help=help_text, url=page(BAD_FORM)))

    def _value(self, kind: Any, value: Any, path: Path) -> Any:
        origin = get_origin(kind)
        if kind is Any:
            return value
        if is_dataclass(kind):
            return self._dataclass(kind, value, path)
        if origin is Literal:
            return self._choice(get_args(kind), value, path)
        if origin is tuple:
            return self._list(get_args(kind)[0], value, path)
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(get_args(kind)[1], value, path)
        # YAML writes a whole number where a number is asked; True is an int to Python alone.
        fits = type(value) is kind or (kind is float and type(value) is int)
        return value if fits else self._wrong(path, _CALLED[kind])

    def _dataclass(self, kind: Any, value: Any, path: Path, extra: tuple[str, ...] = ()) -> Any:
        known = [each.name for each in fields(kind)]
        if not isinstance(value, dict):
            return self._wrong(path, f"a mapping with {', '.join(known)}")
        for key in value:
            if key not in known and key not in extra:
                near = did_you_mean(str(key), known)
                hint = f"did you mean `{near}`?" if near else f"it may have {', '.join(known)}"
                self.say(self._document.key_span((*path, key)), f"there is no field `{key}` here", hint)
        hints = get_type_hints(kind)
        made: dict[str, Any] = {}
        for each in fields(kind):
            if each.name in value:
                made[each.name] = self._value(hints[each.name], value[each.name], (*path, each.name))
            elif each.default is MISSING and each.default_factory is MISSING:
                self.say(self._document.span_of(path), f"`{each.name}` is missing here", f"write `{each.name}:`")
                made[each.name] = _WRONG
        return _WRONG if _WRONG in made.values() else kind(**made)

    def _choice(self, choices: tuple[str, ...], value: Any, path: Path) -> Any:
        if value in choices:
            return value
        near = did_you_mean(str(value), choices)
        return self._wrong(path, f"one of {', '.join(choices)}" + (f" (did you mean `{near}`?)" if near else ""))

    def _list(self, kind: Any, value: Any, path: Path) -> Any:
        if not isinstance(value, list):
            return self._wrong(path, "a list")
        return tuple(self._value(kind, each, (*path, index)) for index, each in enumerate(value))

    def _mapping(self, kind: Any, value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            return self._wrong(path, "a mapping")
        return MappingProxyType({str(key): self._value(kind, each, (*path, key)) for key, each in value.items()})

    def _wrong(self, path: Path, wanted: str) -> Any:
        last = next((each for each in reversed(path) if isinstance(each, str)), "the document")
        self.say(self._document.span_of(path), f"`{last}` is not {wanted}", f"write {wanted}")
        return _WRONG
