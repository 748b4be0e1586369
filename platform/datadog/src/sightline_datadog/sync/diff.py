"""What differs between two bodies, field by field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT: Any = type("Absent", (), {"__repr__": lambda _self: "(absent)"})()
"""Stands for a field that one side does not have; None is a value."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: its path as `options.thresholds.critical` or `thresholds[0].target`, and both values."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {show(self.before)} → {show(self.after)}"


def show(value: Any, width: int = 120) -> str:
    """Print a value in one line, cut at `width`."""
    text = repr(value) if value is ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= width else text[: width - 1] + "…"


def diff(before: Any, after: Any, path: str = "") -> Iterator[FieldChange]:
    """Yield the fields that `after` says otherwise than `before`.

    Where `after` is silent about a key on the top level that the server holds, nothing differs: a field that the
    vendor invents tomorrow must not make a change of every object.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        keys = after if not path else sorted({*before, *after})
        for key in keys:
            where = f"{path}.{key}" if path else str(key)
            yield from diff(before.get(key, ABSENT), after.get(key, ABSENT), where)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from diff(old, new, f"{path}[{index}]")
    elif before is ABSENT or after is ABSENT or type(before) is bool or type(after) is bool:
        if before is not after:
            yield FieldChange(path, before, after)
    elif before != after:
        yield FieldChange(path, before, after)
