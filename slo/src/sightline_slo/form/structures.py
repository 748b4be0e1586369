"""Forms that hold other forms: mappings with known keys, mappings of texts, lists, alternatives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sightline_core.suggest import did_you_mean
from sightline_slo import codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.form.place import Place


class Form(Protocol):
    """What a value looks like."""

    @property
    def wanted(self) -> str:
        """What it is, in the words of a finding."""

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind, right or wrong."""

    def check(self, at: Place) -> None:
        """Report everything that is wrong with a value."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""


@dataclass(frozen=True)
class Key:
    """One key of a mapping; `says` is what an editor shows."""

    form: Form
    says: str = ""
    required: bool = False


@dataclass(frozen=True)
class Fields:
    """A mapping with known keys; of the keys in `one_of` exactly one is there, of each of `some_of` one or more."""

    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()
    some_of: tuple[tuple[str, ...], ...] = ()
    wanted = "a mapping"

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, dict)

    def check(self, at: Place) -> None:
        """Check the keys, and what they hold."""
        if not isinstance(at.value, dict):
            at.wrong_type(self.wanted)
            return
        for name, key in self.keys.items():
            if name in at.value:
                key.form.check(at.inner(name))
            elif key.required:
                at.report(codes.MISSING_KEY, f"`{name}` is missing", f"needs `{name}:`")
        self._alternatives(at)
        for name in at.value:
            if name not in self.keys:
                near = did_you_mean(str(name), list(self.keys))
                at.report(
                    codes.UNKNOWN_KEY,
                    f"unknown key `{name}`",
                    "nothing reads this",
                    f"did you mean `{near}`?" if near else f"one of {', '.join(self.keys)} may stand here",
                    span=at.document.key_span((*at.path, name)),
                )

    def _alternatives(self, at: Place) -> None:
        there = [name for name in self.one_of if name in at.value]
        if self.one_of and len(there) != 1:
            names = " and ".join(f"`{name}`" for name in there)
            found = f"{names} are there" if there else "none is there"
            wanted = ", ".join(f"`{name}`" for name in self.one_of)
            at.report(codes.EITHER_OR, f"exactly one of {wanted} is needed: {found}")
        for names_ in self.some_of:
            if not any(name in at.value for name in names_):
                wanted = ", ".join(f"`{name}`" for name in names_)
                at.report(codes.EITHER_OR, f"one of {wanted} is needed: none is there")

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        made: dict[str, Any] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                name: {**key.form.schema(), **({"description": key.says} if key.says else {})}
                for name, key in self.keys.items()
            },
        }
        required = [name for name, key in self.keys.items() if key.required]
        if required:
            made["required"] = required
        if self.one_of:
            made["oneOf"] = [{"required": [name]} for name in self.one_of]
        if self.some_of:
            made["allOf"] = [{"anyOf": [{"required": [name]} for name in names]} for names in self.some_of]
        return made


@dataclass(frozen=True)
class Texts:
    """A mapping of texts whose names are the author's own."""

    wanted = "a mapping of texts"

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, dict)

    def check(self, at: Place) -> None:
        """Check each."""
        if not isinstance(at.value, dict):
            at.wrong_type(self.wanted)
            return
        for name, value in at.value.items():
            if not isinstance(value, str):
                at.inner(name).wrong_type("a text (write it in quotes)" if value is not None else "a text")

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "object", "additionalProperties": {"type": "string"}}


@dataclass(frozen=True)
class Items:
    """A list of one form, with at least `least` entries."""

    form: Form
    least: int = 0

    @property
    def wanted(self) -> str:
        """What is wanted."""
        return "a list with at least one entry" if self.least else "a list"

    def takes(self, value: object) -> bool:
        """Whether a value is of this kind."""
        return isinstance(value, list)

    def check(self, at: Place) -> None:
        """Check each."""
        if not isinstance(at.value, list) or len(at.value) < self.least:
            at.wrong_type(self.wanted)
            return
        for index in range(len(at.value)):
            self.form.check(at.inner(index))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.form.schema(), **least}


@dataclass(frozen=True)
class Either:
    """One of some forms of different kinds."""

    forms: tuple[Form, ...] = field(default_factory=tuple)

    @property
    def wanted(self) -> str:
        """What is wanted."""
        return ", or ".join(form.wanted for form in self.forms)

    def takes(self, value: object) -> bool:
        """Whether a value is of one of the kinds."""
        return any(form.takes(value) for form in self.forms)

    def check(self, at: Place) -> None:
        """Check by the form whose kind the value is."""
        form = next((form for form in self.forms if form.takes(at.value)), None)
        if form is None:
            at.wrong_type(self.wanted)
        else:
            form.check(at)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"anyOf": [form.schema() for form in self.forms]}
