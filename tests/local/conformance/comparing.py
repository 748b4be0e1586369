"""What differs between the vendor's answer and ours, ids and clocks aside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

_VOLATILE = re.compile(
    r"id|.*_(id|at|ts|date|timestamp)|created|modified|.*_(created|modified)|uuid|url|org_id|handle|email|icon|name_of"
    r"|author_.*|icon|timing|verified|disabled|link|self|first|next|last|prev|monitors?_id|child_id|parent_id"
    r"|service_account|invited_by|token|updater_id|canceled|mfa_enabled|times"
)
_PEOPLE = frozenset({"creator", "modifier", "created_by", "modified_by", "author", "included", "restrictionPolicy"})
_SETS = frozenset({"tags", "all_tags", "env_tags", "locations", "recipients"})


def differences(recorded: Any, ours: Any, seen: Set[str], path: str = "") -> Iterator[str]:
    """Yield what differs. A key that only ours has is one unless `seen` of the call in another recording.

    The vendor added keys over the years, so that no answer can have the keys of every year; what it has must have been
    seen, and what a recording has must be there.
    """
    key = path.rsplit(".", 1)[-1].split("[")[0]
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for missing in recorded.keys() - ours.keys():
            yield f"{path}.{missing}: missing"
        for extra in ours.keys() - recorded.keys():
            if f"{_plain(path)}.{extra}" not in seen:
                yield f"{path}.{extra}: extra"
        for each in recorded.keys() & ours.keys():
            if key not in _PEOPLE:
                yield from differences(recorded[each], ours[each], seen, f"{path}.{each}")
    elif isinstance(recorded, list) and isinstance(ours, list):
        yield from _lists(recorded, ours, seen, path, key)
    elif key in _PEOPLE or _VOLATILE.fullmatch(key):
        if (recorded is None) != (ours is None) and not _clock(key):
            yield f"{path}: {_short(recorded)} recorded, {_short(ours)} here"
    elif recorded != ours or isinstance(recorded, bool) != isinstance(ours, bool):
        yield f"{path}: {_short(recorded)} recorded, {_short(ours)} here"


def _lists(recorded: list[Any], ours: list[Any], seen: Set[str], path: str, key: str) -> Iterator[str]:
    if key in _SETS and all(isinstance(each, str) for each in [*recorded, *ours]):
        recorded, ours = sorted(recorded), sorted(ours)
    if len(recorded) != len(ours):
        yield f"{path}: {len(recorded)} recorded, {len(ours)} here"
        return
    for number, (left, right) in enumerate(zip(recorded, ours, strict=True)):
        yield from differences(left, right, seen, f"{path}[{number}]")


def _clock(key: str) -> bool:
    """Whether it is a time that an answer may have or not: written before or after the object was indexed."""
    return key.endswith("_at") or "modified" in key


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Yield every key of a body with the way to it."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield f"{path}.{key}"
            yield from keys(each, f"{path}.{key}")
    elif isinstance(value, list):
        for each in value:
            yield from keys(each, path)


def _plain(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 70 else text[:67] + "..."
