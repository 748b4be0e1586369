"""What can be wrong with a value, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sightline_core.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sightline_core.located import Path


class Wrong(StrEnum):
    """The sorts of faults, each with a code of its own where they are reported."""

    UNKNOWN = "unknown"
    WORD = "word"
    MISSING = "missing"
    TYPE = "type"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault. `at_key` puts it at the key and not at the value; `soft` says that the vendor may know better."""

    wrong: Wrong
    message: str
    help: str = ""
    path: Path = ()
    at_key: bool = False
    soft: bool = False


Issues = list[Issue]
_FEW = 12
"""So many words are worth listing."""


def below(step: str | int, issues: Issues) -> Issues:
    """Put a step before the path of each."""
    return [replace(each, path=(step, *each.path)) for each in issues]


def word_issue(word: str, among: Collection[str], *, soft: bool) -> Issue:
    """Say that a word is none of those there are."""
    near = did_you_mean(word, sorted(among))
    few = ", ".join(sorted(among)) if len(among) <= _FEW else ", ".join(sorted(among)[:_FEW]) + ", …"
    return Issue(Wrong.WORD, f"`{word}` is not known here", f"did you mean `{near}`?" if near else few, soft=soft)


def unknown_issue(key: str, has: Iterable[str], *, soft: bool) -> Issue:
    """Say that a mapping has no such field."""
    near = did_you_mean(key, has)
    help_text = f"did you mean `{near}`?" if near else "leave it out"
    return Issue(Wrong.UNKNOWN, f"there is no field `{key}`", help_text, (key,), at_key=True, soft=soft)


def typed_issue(wanted: str, value: object) -> Issues:
    """Say of what type a value is, and of what it should be."""
    return [Issue(Wrong.TYPE, f"this must be {wanted}, and is {_called(value)}", f"write {wanted}")]


def _called(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a mapping", type(None): "null"}
    return names.get(type(value), "something else")


def bounds(least: Any, most: Any) -> str:
    """Write bounds in words; either may be None."""
    if most is None:
        return f"{least} at least"
    return f"{most} at most" if least is None else f"{least} to {most}"
