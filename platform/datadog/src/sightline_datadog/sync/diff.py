"""What differs between two bodies, field by field."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ABSENT: Any = type("Absent", (), {"__repr__": lambda _self: "(absent)"})()
"""Stands for a field that one side does not have; None is a value."""
HIDDEN = "(hidden)"
"""Stands for a secret, so that neither a log nor a comment shows one."""

SETS = frozenset({"tags", "monitor_tags", "monitor_ids", "locations", "restricted_roles", "notify_list"})
"""Lists without an order: the vendor gives them back in another one."""
_SECRET = re.compile(
    r"(.*[_-])?(password|passwd|secret|secret_?key|access_?key|api_?key|app(lication)?_?key|private_?key|token"
    r"|authorization|cookie|pass_?phrase)",
    re.IGNORECASE,
)
_INDEX = re.compile(r"\[\d+\]$")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: its path as `options.thresholds.critical` or `thresholds[0].target`, and both values.

    Of a list without an order each element that came or went is a change of its own. `note` says in words what many
    changes of one sort come to, such as `100 widgets moved`; the values then hold the details.
    """

    path: str
    before: Any
    after: Any
    note: str = ""

    def __str__(self) -> str:
        if self.note:
            return f"{self.path}: {self.note}"
        if self.before is ABSENT:
            return f"{self.path}: + {show(self.after)}"
        if self.after is ABSENT:
            return f"{self.path}: - {show(self.before)}"
        return f"{self.path}: {show(self.before)} → {show(self.after)}"


def show(value: Any, width: int = 120) -> str:
    """Print a value in one line, cut at `width`."""
    text = repr(value) if value is ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else text[: width - 1] + "…"


def secret(name: str) -> bool:
    """Whether a field of this name holds what nobody should read."""
    return _SECRET.fullmatch(name) is not None


def without_secrets(value: Any) -> Any:
    """Return a value with the secrets in it hidden."""
    if isinstance(value, dict):
        return {key: HIDDEN if secret(str(key)) and each else without_secrets(each) for key, each in value.items()}
    return [without_secrets(each) for each in value] if isinstance(value, list) else value


def diff(before: Any, after: Any, path: str = "") -> Iterator[FieldChange]:
    """Yield the fields that `after` says otherwise than `before`.

    Where `after` is silent about a key on the top level that the server holds, nothing differs: a field that the
    vendor invents tomorrow must not make a change of every object.
    """
    if before == after and type(before) is type(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        keys = after if not path else sorted({*before, *after})
        for key in keys:
            yield from diff(before.get(key, ABSENT), after.get(key, ABSENT), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path)
    elif before is ABSENT or after is ABSENT or type(before) is bool or type(after) is bool:
        if before is not after:
            yield change(path, before, after)
    elif before != after:
        yield change(path, before, after)


def change(path: str, before: Any, after: Any) -> FieldChange:
    """Make a change that shows no secret, though a secret that changed is one."""
    if secret(_INDEX.sub("", path).rpartition(".")[2]):
        before, after = (HIDDEN if value is not ABSENT else ABSENT for value in (before, after))
    return FieldChange(path, without_secrets(before), without_secrets(after))


def _lists(before: list[Any], after: list[Any], path: str) -> Iterator[FieldChange]:
    if path.rpartition(".")[2] in SETS and not any(isinstance(each, dict | list) for each in (*before, *after)):
        there, wanted = set(map(str, before)), set(map(str, after))
        yield from (change(path, each, ABSENT) for each in before if str(each) not in wanted)
        yield from (change(path, ABSENT, each) for each in after if str(each) not in there)
    elif len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from diff(old, new, f"{path}[{index}]")
    else:
        yield from _aligned(before, after, path)


def _aligned(before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[FieldChange]:
    """Find what was put in and taken out, so that one more at the top is not a change of all below it."""
    matcher = SequenceMatcher(None, [canonical(each) for each in before], [canonical(each) for each in after], False)  # noqa: FBT003 - the library's own order
    for tag, old, old_end, new, new_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        shared = min(old_end - old, new_end - new)
        for offset in range(shared):
            yield from diff(before[old + offset], after[new + offset], f"{path}[{new + offset}]")
        yield from (change(f"{path}[{each}]", before[each], ABSENT) for each in range(old + shared, old_end))
        yield from (change(f"{path}[{each}]", ABSENT, after[each]) for each in range(new + shared, new_end))


def canonical(value: Any) -> str:
    """Return a value as one text, the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether `diff` of two bodies would find nothing, in the common case that it finds nothing."""
    return all(key in before and before[key] == value for key, value in after.items())
