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


def groups(monitor: Mapping[str, Any], state: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return its groups as the search for groups shows them, from those of its `state`.

    One that is not grouped, or has no group yet, has the group `total`.
    """
    tags = monitor["tags"]
    standing = {"total" if name == "*" else name: each for name, each in state.items()}
    standing = standing or {"total": {"status": monitor["overall_state"]}}
    return [
        {
            "status": each["status"],
            "last_nodata_ts": each.get("last_nodata_ts") or 0,
            "last_triggered_ts": each.get("last_triggered_ts") or 0,
            "env_tags": [tag for tag in tags if tag.startswith("env:")],
            "team_tags": [tag for tag in tags if tag.startswith("team:")],
            "all_tags": tags,
            "muted": bool(monitor["options"].get("silenced")),
            "muted_remaining": None,
            "muted_until_ts": None,
            "monitor_name": monitor["name"],
            "monitor_id": monitor["id"],
            "group": name,
            "group_tags": name.split(","),
            "downtimes": [],
            "priority": monitor["priority"],
        }
        for name, each in standing.items()
    ]


def group_counts(monitors: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many groups there are of each status, tag and class, the most frequent first."""
    kinds = {each["id"]: _classification(each) for each in monitors}
    return {
        "status": _counted(each["status"] for each in found),
        "muted": _counted(each["muted"] for each in found),
        "tag": _counted(tag for each in found for tag in each["all_tags"]),
        "type": _counted(kinds[each["monitor_id"]] for each in found),
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
