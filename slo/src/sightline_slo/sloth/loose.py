"""YAML as Go reads it into structures: unknown keys are dropped, and what is a text depends on who decodes.

Sloth has three decoders. Its own specs go through sigs.k8s.io/yaml (`Sigs`): keys match in any case, and a number
where a text belongs becomes one. Kubernetes objects (`Kube`) are strict about types and the case of keys. OpenSLO and
the catalogues of windows go through go-yaml v2 (`Document`), for which every scalar is a text too. `Notes.odd` says
that a strict reader would have something to say, so that the strict one need not read a spec that hides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sightline_slo.sloth import quick
from sightline_slo.sloth.gofmt import as_text
from sightline_slo.sloth.model import SlothError

if TYPE_CHECKING:
    from sightline_slo.sloth.resolve import Scalar


class Plain(NamedTuple):
    """A scalar without quotes that is no text, and what stands there."""

    text: str
    value: Scalar


class Notes:
    """What was noticed while a document was decoded."""

    __slots__ = ("odd",)

    def __init__(self) -> None:
        self.odd = False


def value_of(text: str, notes: Notes) -> Any:
    """Return the value of a document with plain scalars resolved, by the fast reader where that one can.

    Raises:
        SlothError: it is no YAML.
    """
    fast = quick.read(text)
    if fast is not None:
        return fast
    from sightline_slo.sloth.composing import compose

    return compose(text, notes, keep=False)


def documents_value(text: str, notes: Notes | None = None) -> Any:
    """Return the value of the first document of a text, for go-yaml v2: what is no text keeps its spelling.

    Raises:
        SlothError: it is no YAML.
    """
    from sightline_slo.sloth.composing import compose

    return compose(text, notes or Notes(), keep=True)


class Document:
    """A mapping as go-yaml v2 decodes it into a structure."""

    __slots__ = ("_notes", "_value")

    def __init__(self, value: Any, notes: Notes | None = None, known: frozenset[str] | None = None) -> None:
        self._notes = notes or Notes()
        if isinstance(value, Plain):
            value = value.value
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise SlothError(f"cannot unmarshal {_kind(value)} into a mapping")
        if known is not None and not value.keys() <= known:
            self._notes.odd = True
            value = self._matched(value, known)
        self._value: dict[str, Any] = value

    def _matched(self, value: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
        return {key: each for key, each in value.items() if key in known}

    def has(self, key: str) -> bool:
        """Whether the key is there and its value is something."""
        value = self._value.get(key)
        return value is not None and not (isinstance(value, Plain) and value.value is None)

    def raw(self, key: str) -> Any:
        """Return what stands at a key, as it is."""
        return self._value.get(key)

    def text(self, key: str) -> str:
        """Read a text; empty where it is not there."""
        value = self._value.get(key)
        if isinstance(value, str):
            return value
        return "" if value is None else self._as_text(key, value)

    def number(self, key: str) -> float:
        """Read a number; 0 where it is not there."""
        value = self._value.get(key)
        if isinstance(value, Plain):
            value = value.value
        if value is None:
            return 0.0
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, value, "float64")
        return float(value)

    def integer(self, key: str) -> int:
        """Read a whole number; 0 where it is not there."""
        value = self.number(key)
        if value != int(value):
            raise self._wrong(key, value, "int")
        return int(value)

    def flag(self, key: str) -> bool:
        """Read a truth value; False where it is not there."""
        value = self._value.get(key)
        if isinstance(value, Plain):
            value = value.value
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self._wrong(key, value, "bool")

    def texts(self, key: str) -> dict[str, str] | None:
        """Read a mapping of texts; None where it is not there."""
        value = self._value.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._wrong(key, value, "map[string]string")
        if all(type(each) is str for each in value.values()):
            return value
        return {name: "" if each is None else self._text(name, each) for name, each in value.items()}

    def inner(self, key: str, known: frozenset[str] | None = None) -> Self:
        """Read a mapping; an empty one where it is not there."""
        return type(self)(self._value.get(key), self._notes, known)

    def items(self, key: str, known: frozenset[str] | None = None) -> list[Self]:
        """Read a list of mappings; an empty one where it is not there."""
        value = self._value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(key, value, "a list")
        return [type(self)(each, self._notes, known) for each in value]

    def _text(self, key: str, value: Any) -> str:
        return value if isinstance(value, str) else self._as_text(key, value)

    def _as_text(self, key: str, value: Any) -> str:
        if isinstance(value, Plain):
            return "" if value.value is None else value.text
        raise self._wrong(key, value, "string")

    def _wrong(self, key: str, value: Any, wanted: str) -> SlothError:
        return SlothError(f"json: cannot unmarshal {_kind(value)} into field {key} of type {wanted}")


class Kube(Document):
    """A mapping as Kubernetes decodes it: nothing becomes a text that is none."""

    __slots__ = ()


class Sigs(Document):
    """A mapping as sigs.k8s.io/yaml decodes it: keys in any case, numbers and truth values as texts."""

    __slots__ = ()

    def _matched(self, value: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
        by_folded = {each.casefold(): each for each in known}
        # encoding/json meets the keys sorted, and of two that are one but for case the last counts.
        found: dict[str, Any] = {}
        for key in sorted(value):
            name = key if key in known else by_folded.get(key.casefold())
            if name is None:
                continue
            earlier, each = found.get(name), value[key]
            if earlier is not None and isinstance(earlier, dict | list) != isinstance(each, dict | list):
                raise self._wrong(key, earlier, "what it is elsewhere")
            found[name] = {**earlier, **each} if isinstance(earlier, dict) and isinstance(each, dict) else each
        return found

    def _as_text(self, key: str, value: Any) -> str:
        if not isinstance(value, bool | int | float):
            raise self._wrong(key, value, "string")
        self._notes.odd = True
        return as_text(value)


def _kind(value: Any) -> str:
    if isinstance(value, Plain):
        value = value.value
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "null"
