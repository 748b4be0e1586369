"""The form of the vendor's search for monitors, with its counts."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from sightline_local.api import people

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HANDLE = re.compile(r"(?<![\w.])@([\w.-]+)")


def found(monitor: Mapping[str, Any]) -> dict[str, Any]:
    """Return one as the search shows it."""
    return {
        "id": monitor["id"],
        "name": monitor["name"],
        "type": monitor["type"],
        "query": monitor["query"],
        "tags": monitor["tags"],
        "status": monitor["overall_state"],
        "classification": _classification(monitor),
        "creator": {key: people.CREATOR[key] for key in ("handle", "id", "name")},
        "scopes": [],
        "metrics": [],
        "notifications": [{"handle": each, "name": each} for each in _HANDLE.findall(monitor["message"])],
        "muted_until_ts": None,
        "last_triggered_ts": None,
        "org_id": monitor["org_id"],
        "priority": monitor["priority"],
        "overall_state_modified": monitor["overall_state_modified"],
        "restricted_roles": monitor["restricted_roles"] or [],
    }


def counts(monitors: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many there are of each status, tag and class, the most frequent first."""
    return {
        "status": _counted(each["overall_state"] for each in monitors),
        "muted": _counted(bool(each["options"].get("silenced")) for each in monitors),
        "tag": _counted(tag for each in monitors for tag in each["tags"]),
        "type": _counted(_classification(each) for each in monitors),
    }


def _counted(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"count": count, "name": name} for name, count in Counter(values).most_common()]


def _classification(monitor: Mapping[str, Any]) -> str:
    word = str(monitor["type"]).removesuffix(" alert")
    return {"query": "metric", "service check": "integration"}.get(word, word)
