"""The form of the vendor's search for SLOs, which is another one than that of an SLO."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sightline_local.api import people

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request


def found_attributes(slo: Mapping[str, Any], stands: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an SLO's attributes; `status` is how it stands over its primary timeframe."""
    tags = slo["tags"]
    primary = next((each for each in stands if each["timeframe"] == slo["timeframe"]), None)
    shared = ("error_budget_remaining", "raw_error_budget_remaining", "indexed_at", "span_precision", "state")
    query = slo.get("query")
    return {
        "monitor_ids": slo.get("monitor_ids"),
        "all_tags": tags,
        "thresholds": [_threshold(each) for each in slo["thresholds"]],
        "env_tags": [each for each in tags if each.startswith("env:")],
        "groups": slo.get("groups"),
        "timeframe": slo["timeframe"],
        "overall_status": list(stands),
        "query": {"metrics": None, **query} if query else None,
        "warning_threshold": slo.get("warning_threshold"),
        "slo_type": slo["type"],
        "name": slo["name"],
        "service_tags": [each for each in tags if each.startswith("service:")],
        "status": {
            **{key: (primary or {}).get(key) for key in shared},
            "sli": (primary or {}).get("status"),
            "calculation_error": (primary or {}).get("error"),
        },
        "creator": {"name": people.AUTHOR["name"], "id": people.NUMBER, "email": people.HANDLE},
        "created_at": slo["created_at"],
        "modified_at": slo["modified_at"],
        "description": slo["description"] or None,
        "team_tags": [each for each in tags if each.startswith("team:")],
        "target_threshold": slo["target_threshold"],
    }


def _threshold(each: Mapping[str, Any]) -> dict[str, Any]:
    """The search shows the target in both displays, without its point: the vendor's own slip, which clients read."""
    display = f"{each['target']:g}"
    shown = {"timeframe": each["timeframe"], "target": each["target"], "target_display": display}
    return {**shown, "warning": each.get("warning"), "warning_display": display}


def found_page(request: Request, found: Sequence[Any], number: int, size: int, total: int) -> dict[str, Any]:
    """Return one page of what was found."""
    base = str(request.url).partition("?")[0] + f"?query={request.query_params.get('query', '')}"

    def at(position: int) -> str:
        return f"{base}&page[number]={position}&page[size]={size}"

    previous = max(number - 1, 0)
    pagination = {
        "number": number,
        "first_number": 0,
        "prev_number": previous,
        "next_number": number + 1,
        "last_number": max(total - 1, 0) // size,
        "size": size,
        "type": "number_size",
        "total": total,
    }
    links = {
        "self": unquote(str(request.url)),
        "last": None,
        "next": at(number + 1),
        "prev": at(previous) if number else None,
        "first": at(0),
    }
    return {
        "data": {"type": "service_level_objective_search_results", "attributes": {"slos": list(found)}},
        "meta": {"pagination": pagination},
        "links": links,
    }
