"""Who counts on a monitor, so that it is not deleted under them: composites and SLOs, in the vendor's words.

The texts: composites as in a recording of DataDog/datadog-api-client-go (TestMonitorCanDeleteErrors), SLOs as in
DataDog/terraform-provider-datadog#439.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_local.config.objects import Objects

_NUMBER = re.compile(r"\d+")


def references(objects: Objects, ids: Iterable[str]) -> dict[str, list[str]]:
    """Return, by the monitor's id, why it may not be deleted; only those that may not."""
    wanted = set(ids)
    users: dict[str, dict[str, list[str]]] = {}
    for kind, user, named in _users(objects):
        for each in named & wanted:
            users.setdefault(each, {}).setdefault(kind, []).append(f"[{user['id']},{user['name']}]")
    return {each: [_reason(objects, each, kind, who) for kind, who in found.items()] for each, found in users.items()}


def _users(objects: Objects) -> Iterable[tuple[str, Mapping[str, Any], set[str]]]:
    for monitor in objects.all("monitor"):
        if monitor["type"] == "composite":
            yield "composite monitors", monitor, set(_NUMBER.findall(monitor["query"]))
    for slo in objects.all("slo"):
        yield "slos", slo, {str(each) for each in slo.get("monitor_ids") or []}


def _reason(objects: Objects, monitor_id: str, kind: str, who: list[str]) -> str:
    name = (objects.get("monitor", monitor_id) or {}).get("name", "")
    return f"monitor [{monitor_id},{name}] is referenced in {kind}: {','.join(who)}"
