"""The validator: nodes that say what is wrong with a value, and nothing where it is right.

A union is told apart by one field before its members are tried: trying all 43 widgets takes seconds for a dashboard,
this takes a hundredth of a millisecond for a widget. Paths are put together only for what is wrong.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol

from sightline_core.suggest import did_you_mean
from sightline_datadog.schema.issues import (
    Issue,
    Issues,
    Wrong,
    below,
    bounds,
    typed_issue,
    unknown_issue,
    word_issue,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Zone(IntEnum):
    """How much the specification knows of what is looked at."""

    STRICT = 0
    LENIENT = 1


_RIGHT: Issues = []
REFERENCE = re.compile(r"\$\{[a-z_]+:[^}]+\}\Z")


class Node(Protocol):
    """What a value must be."""

    def check(self, value: Any, zone: Zone) -> Issues:
        """Return what is wrong with a value."""


class Later:
    """A schema by its name: they name one another in circles."""

    __slots__ = ("_find", "_found", "_name")

    def __init__(self, name: str, find: Callable[[str], Node]) -> None:
        self._name, self._find = name, find
        self._found: Node | None = None

    def check(self, value: Any, zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        if self._found is None:
            self._found = self._find(self._name)
        return self._found.check(value, zone)


class Anything:
    """No demands."""

    def check(self, _value: Any, _zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        return _RIGHT


class Mapping:
    """A mapping of whatever."""

    def check(self, value: Any, _zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        return _RIGHT if isinstance(value, dict) else typed_issue("a mapping", value)


class Text:
    """A string, perhaps one of some words."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._among = frozenset(map(str, given["among"])) if "among" in given else None
        self._like = re.compile(given["like"]) if "like" in given else None
        self._shortest, self._longest = given.get("shortest"), given.get("longest")

    def check(self, value: Any, zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        if not isinstance(value, str):
            return typed_issue("a text", value)
        if self._among is not None and value not in self._among and "${" not in value:
            return [word_issue(value, self._among, soft=bool(zone))]
        if self._shortest and len(value) < self._shortest:
            least = f"at least {self._shortest} characters"
            return [Issue(Wrong.BOUND, "this text is too short" if value else "this text is empty", f"write {least}")]
        if self._longest is not None and len(value) > self._longest:
            return [Issue(Wrong.BOUND, f"this text has {len(value)} characters", f"write {self._longest} at most")]
        if self._like and not self._like.search(value) and "${" not in value:
            return [Issue(Wrong.BOUND, f"`{value}` has not the form that Datadog takes", f"match {self._like.pattern}")]
        return _RIGHT


class Number:
    """A number, whole or not; a reference to another document may stand for one."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._whole = given["is"] == "integer"
        self._least, self._most = given.get("least"), given.get("most")

    def check(self, value: Any, zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        kind = type(value)
        if kind is not int and kind is not float:
            if kind is str and REFERENCE.match(value):
                return _RIGHT
            return typed_issue("a whole number" if self._whole else "a number", value)
        if self._whole and value != value // 1:
            return typed_issue("a whole number", value)
        if (self._least is not None and value < self._least) or (self._most is not None and value > self._most):
            return [Issue(Wrong.BOUND, f"{value} is out of bounds", bounds(self._least, self._most), soft=bool(zone))]
        return _RIGHT


class Flag:
    """True or false."""

    def check(self, value: Any, _zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        return _RIGHT if value is True or value is False else typed_issue("true or false", value)


class Each:
    """A list."""

    def __init__(self, given: dict[str, Any], inner: Node) -> None:
        self._inner = inner
        self._fewest, self._longest = given.get("fewest"), given.get("longest")

    def check(self, value: Any, zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        if not isinstance(value, list):
            return typed_issue("a list", value)
        found: Issues = []
        if (self._fewest and len(value) < self._fewest) or (self._longest is not None and len(value) > self._longest):
            wanted = bounds(self._fewest, self._longest)
            found.append(Issue(Wrong.BOUND, f"this list has {len(value)} entries", wanted, soft=bool(zone)))
        check = self._inner.check
        for index, each in enumerate(value):
            issues = check(each, zone)
            if issues:
                found += below(index, issues)
        return found


class Object:
    """A mapping of known fields; null stands for a field left out. Of a `firm` one nothing required may be missing."""

    def __init__(
        self, given: dict[str, Any], has: dict[str, Node], rest: Node | None, *, lenient: bool, firm: bool
    ) -> None:
        self.has, self._rest, self._lenient, self._firm = has, rest, lenient, firm
        self._needs: Sequence[str] = given.get("needs", ())

    def check(self, value: Any, zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        if not isinstance(value, dict):
            return typed_issue("a mapping", value)
        zone = Zone.LENIENT if self._lenient else zone
        found: Issues = []
        for key, inner in value.items():
            node = self.has.get(key) or self._rest
            if node is None:
                found.append(unknown_issue(key, self.has, soft=bool(zone)))
            elif inner is not None:
                issues = node.check(inner, zone)
                if issues:
                    found += below(key, issues)
        for key in self._needs:
            if value.get(key) is None:
                near = did_you_mean(key, [each for each in value if each not in self.has])
                help_text = f"rename `{near}`" if near else f"add `{key}`"
                found.append(Issue(Wrong.MISSING, f"`{key}` is missing", help_text, soft=bool(zone) and not self._firm))
        return found


class Either:
    """One of several; told apart by a field's word where there is one, else by trying."""

    def __init__(self, given: dict[str, Any], members: list[Node]) -> None:
        self._members = members
        self._by: str | None = given.get("by")
        self._told: dict[str, list[int]] = given.get("told", {})
        self._others: list[int] = given.get("others", [])
        self._open: list[str] = given.get("open", [])
        self._firm = bool(given.get("firm"))

    def check(self, value: Any, zone: Zone) -> Issues:
        """Return what is wrong with a value."""
        candidates: Sequence[int] = range(len(self._members))
        if self._by is not None and isinstance(value, dict):
            word = value.get(self._by)
            told = self._told.get(word) if isinstance(word, str) else None
            if told is None and not self._others:
                return _RIGHT if word in self._open else self._not_told(word, soft=bool(zone) and not self._firm)
            candidates = [*(told or ()), *self._others]
        best: Issues | None = None
        for index in candidates:
            issues = self._members[index].check(value, zone)
            if not issues:
                return _RIGHT
            if best is None or _weight(issues) < _weight(best):
                best = issues
        return best or _RIGHT

    def _not_told(self, word: object, *, soft: bool) -> Issues:
        by = str(self._by)
        if word is None:
            return [Issue(Wrong.MISSING, f"`{by}` is missing", f"one of {', '.join(self._told)}", soft=soft)]
        if not isinstance(word, str):
            return below(by, typed_issue("a text", word))
        return below(by, [word_issue(word, self._told, soft=soft)])


def make(given: Any, find: Callable[[str], Node], *, lenient: bool = False, firm: bool = False) -> Node:
    """Make the node of a compiled schema, which is a name or a mapping."""
    if isinstance(given, str):
        return Later(given, find)
    kind = given["is"]
    if kind == "object":
        has = {name: make(each, find) for name, each in given["has"].items()}
        rest = make(given["rest"], find) if "rest" in given else None
        return Object(given, has, rest, lenient=lenient, firm=firm)
    if kind == "list":
        return Each(given, make(given["of"], find))
    if kind == "either":
        return Either(given, [make(each, find) for each in given["members"]])
    if kind in {"number", "integer"}:
        return Number(given)
    plain: dict[str, Node] = {"flag": Flag(), "mapping": Mapping()}
    return Text(given) if kind == "text" else plain.get(kind, Anything())


def _weight(issues: Issues) -> tuple[int, int]:
    """Order candidates by how far a value is from each: what is certainly wrong counts, then everything."""
    return sum(not each.soft for each in issues), len(issues)
