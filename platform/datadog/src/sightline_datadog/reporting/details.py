"""The fields of a change as a diff that GitHub colours: `-` is what is there, `+` what the documents say."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, Any

from sightline_datadog.reporting.escaping import fenced, flat
from sightline_datadog.sync.diff import ABSENT, FieldChange, diff, show
from sightline_datadog.sync.plan import Action

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.sync.plan import Change

MOST_LINES = 120
"""Of one change."""
WIDTH = 400
"""Of one line."""
_LEAD = 40
"""Characters that two long values share before where they differ, which are shown."""


def fields(change: Change) -> tuple[FieldChange, ...]:
    """Return what a change is about, field by field; of a creation the whole body. No secret is in it."""
    if change.action is Action.CREATE and change.body is not None:
        return tuple(diff({}, dict(change.body)))
    return change.fields


def block(change: Change) -> str:
    """Return a block of code with all fields; nothing where there is nothing to tell."""
    lines = [line for each in fields(change) for line in _lines(each)]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… and {len(lines) - MOST_LINES} more lines"]
    return fenced([_cut(each) for each in lines], "diff") if lines else ""


def _lines(field: FieldChange) -> Iterator[str]:
    yield f"@@ {flat(field.path)} @@" + (f" {flat(field.note)}" if field.note else "")
    if field.note:
        return
    before, after = field.before, field.after
    if isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        yield from _text(before.split("\n"), after.split("\n"))
        return
    if before is ABSENT and isinstance(after, str) and "\n" in after:
        yield from (f"+ {line}" for line in after.split("\n"))
        return
    left, right = _apart(*(None if each is ABSENT else show(each, 10**6) for each in (before, after)))
    if left is not None:
        yield f"- {left}"
    if right is not None:
        yield f"+ {right}"


def _text(before: list[str], after: list[str]) -> Iterator[str]:
    """Tell two texts apart line by line; lines that stay are shown beside those that do not."""
    for number, line in enumerate(list(unified_diff(before, after, n=1, lineterm=""))[2:]):
        if not line.startswith("@@"):
            yield f"{line[0]} {line[1:]}"
        elif number:
            yield "  …"


def _apart(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two long lines from a little before where they differ: cut at their ends they would look the same."""
    if left is None or right is None or max(len(left), len(right)) <= WIDTH:
        return left, right
    pairs = enumerate(zip(left, right, strict=False))
    first = next((index for index, (one, other) in pairs if one != other), min(len(left), len(right)))
    start = max(first - _LEAD, 0)
    return (f"…{left[start:]}", f"…{right[start:]}") if start else (left, right)


def _cut(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
