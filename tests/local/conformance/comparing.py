"""What differs between the vendor's answer and ours, ids and clocks aside."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOLATILE = re.compile(
    r"id|.*_(id|at|ts|date|timestamp)|created|modified|.*_(created|modified)|uuid|(.*_)?url|org_id|handle|email|icon|name_of"
    r"|author_.*|bucketKey|icon|timing|verified|disabled|link|self|first|next|last|prev|monitors?_id|child_id|parent_id"
    r"|service_account|creation_source|invited_by|token|updater_id|canceled|mfa_enabled|times"
)
_PEOPLE = frozenset(
    {
        "creator",
        "modifier",
        "created_by",
        "modified_by",
        "updated_by",
        "author",
        "author_name",
        "author_handle",
        "included",
        "restrictionPolicy",
    }
)
_SETS = frozenset({"tags", "all_tags", "env_tags", "locations", "recipients", "notify_end_states", "notify_end_types"})


_OF_SOME_YEARS = frozenset(
    {
        "assets", "bits_ai_auto_investigate", "configVariables", "created_by", "creation_source", "draft_status",
        "excluded_resources", "groupby_simple_monitor", "is_read_only", "metadata", "modified_by", "nested_steps",
        "notify_end_states", "notify_end_types", "on_missing_data", "overall_state", "restricted_roles",
        "restriction_policy", "sli_specification", "status", "target_threshold", "timeframe", "uuid",
        "warning_threshold",
    }
)  # fmt: skip
"""Keys that the vendor answered with in some years only: no backend can have the keys of every year.

Where a recording has one it must be here too; where it has not, ours may.
"""


def differences(recorded: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Yield what differs: keys, values where they are neither ids nor clocks nor names of people, lengths of lists."""
    key = path.rsplit(".", maxsplit=1)[-1].split("[", maxsplit=1)[0]
    if isinstance(recorded, dict) and isinstance(ours, dict):
        yield from _objects(recorded, ours, path, key)
    elif isinstance(recorded, list) and isinstance(ours, list):
        yield from _lists(recorded, ours, path, key)
    elif key in _PEOPLE or _VOLATILE.fullmatch(key):
        if (recorded is None) != (ours is None) and not _clock(key) and key not in _PEOPLE:
            yield f"{path}: {_short(recorded)} recorded, {_short(ours)} here"
    elif (recorded != ours and not _same_time(recorded, ours)) or isinstance(recorded, bool) != isinstance(ours, bool):
        yield f"{path}: {_short(recorded)} recorded, {_short(ours)} here"


def _objects(recorded: dict[str, Any], ours: dict[str, Any], path: str, key: str) -> Iterator[str]:
    for missing in recorded.keys() - ours.keys():
        yield f"{path}.{missing}: missing"
    for extra in ours.keys() - recorded.keys():
        if extra not in _OF_SOME_YEARS:
            yield f"{path}.{extra}: extra"
    for each in recorded.keys() & ours.keys():
        if key not in _PEOPLE:
            yield from differences(recorded[each], ours[each], f"{path}.{each}")


def _lists(recorded: list[Any], ours: list[Any], path: str, key: str) -> Iterator[str]:
    if key in _SETS and all(isinstance(each, str) for each in [*recorded, *ours]):
        recorded, ours = sorted(recorded), sorted(ours)
    if len(recorded) != len(ours):
        yield f"{path}: {len(recorded)} recorded, {len(ours)} here"
        return
    for number, (left, right) in enumerate(zip(recorded, ours, strict=True)):
        yield from differences(left, right, f"{path}[{number}]")


def _same_time(recorded: Any, ours: Any) -> bool:
    """Whether both are a time that the server chose, a moment apart."""
    if isinstance(recorded, int) and isinstance(ours, int) and min(recorded, ours) > _EPOCHS_FROM:
        return abs(recorded - ours) < _MOMENT_S
    if not (isinstance(recorded, str) and isinstance(ours, str) and _TIME.match(recorded) and _TIME.match(ours)):
        return False
    apart = dt.datetime.fromisoformat(recorded) - dt.datetime.fromisoformat(ours)
    return abs(apart.total_seconds()) < _MOMENT_S


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$")
_MOMENT_S = 30
_EPOCHS_FROM = 10**9


def _clock(key: str) -> bool:
    """Whether it is a time that an answer may have or not: written before or after the object was indexed."""
    return key.endswith("_at") or "modified" in key


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 70 else text[:67] + "..."
