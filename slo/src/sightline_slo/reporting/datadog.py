"""Standings from Datadog or the local backend, in bulk: a page of a hundred SLOs is one request."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.evaluate.slo import TIMEFRAMES
from sightline_datadog.ownership import read_mark
from sightline_datadog.query import parse_monitor_query, tree
from sightline_datadog.sync.answers import taken
from sightline_slo.reporting.standing import Firing, Standing, State, of_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.transport import Transport

PAGE = 100
"""The most that the vendor's search gives at once."""
MONITORS = 1000
STATES = {"ok": State.OK, "warning": State.WARNING, "breached": State.BREACHED, "no_data": State.NO_DATA}
FIRING = {"Alert"}


def read(transport: Transport, project: str | None) -> dict[str, Standing]:
    """Return the standings by the vendor's id, one for each SLO and its primary timeframe.

    Args:
        transport: to where they are.
        project: whose; None for all there are.

    Raises:
        SightlineError: the API refused or did not answer.
    """
    firing = _firing(transport)
    found: dict[str, Standing] = {}
    number = 0
    while True:
        query = [("page[size]", str(PAGE)), ("page[number]", str(number))]
        if project:
            query.append(("query", f"sightline_project:{project.lower()}"))
        page = taken(transport.request("GET", "/api/v1/slo/search", query=query), _listed, "search SLOs")
        for each in page:
            standing = _standing(each["attributes"], firing.get(str(each["id"]), ()), project)
            if standing is not None:
                found[str(each["id"])] = standing
        if len(page) < PAGE:
            return found
        number += 1


def _listed(answer: Any) -> list[Mapping[str, Any]]:
    return [each["data"] for each in answer["data"]["attributes"]["slos"]]


def _standing(slo: Mapping[str, Any], firing: tuple[Firing, ...], project: str | None) -> Standing | None:
    mark = read_mark(Kind.SLO, {"description": slo.get("description")})
    # The search finds words anywhere; the mark alone says whose it is.
    if project and (mark is None or mark.project != project):
        return None
    tags = tuple(str(each) for each in slo.get("all_tags") or ())
    overall = _primary(slo)
    return Standing(
        mark.key if mark else str(slo["name"]),
        of_tags(tags, "service"),
        str(slo["name"]),
        TIMEFRAMES.get(str(overall.get("timeframe")), 0),
        float(overall.get("target") or 0),
        STATES.get(str(overall.get("state")), State.NO_DATA),
        overall.get("status"),
        overall.get("error_budget_remaining"),
        firing=firing,
        tags=tags,
        note=str(overall.get("error") or ""),
    )


def _primary(slo: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the status of the shortest timeframe: what the vendor takes for the primary one, too."""
    given = [*(slo.get("overall_status") or ()), *(slo.get("thresholds") or ())]
    whole = [each for each in given if each.get("timeframe") in TIMEFRAMES]
    judged = [each for each in whole if "state" in each] or whole
    return min(judged, key=lambda each: TIMEFRAMES[each["timeframe"]], default={})


def _firing(transport: Transport) -> dict[str, tuple[Firing, ...]]:
    """Return the alerts that fire, by the id of the SLO that they watch; parts of a composite fire with that alone."""
    monitors = _monitors(transport)
    watched = {str(each["id"]): slo_id for each in monitors if (slo_id := _watched(each)) is not None}
    found: dict[str, tuple[Firing, ...]] = {}
    for each in monitors:
        tags = tuple(map(str, each.get("tags") or ()))
        if each.get("overall_state") not in FIRING or of_tags(tags, "part"):
            continue
        parts = re.findall(r"\d+", str(each.get("query"))) if each.get("type") == "composite" else [str(each["id"])]
        firing = Firing(str(each["name"]), of_tags(tags, "severity") or "page")
        for slo_id in dict.fromkeys(watched[part] for part in parts if part in watched):
            found[slo_id] = (*found.get(slo_id, ()), firing)
    return found


def _watched(monitor: Mapping[str, Any]) -> str | None:
    if monitor.get("type") != "slo alert":
        return None
    query, _ = parse_monitor_query("slo alert", str(monitor["query"]))
    return query.slo_id if isinstance(query, tree.BurnRate | tree.ErrorBudget) else None


def _monitors(transport: Transport) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for number in itertools.count():
        query = (("page_size", str(MONITORS)), ("page", str(number)))
        page: list[Mapping[str, Any]] = taken(
            transport.request("GET", "/api/v1/monitor", query=query), lambda body: list(_list(body)), "list monitors"
        )
        found += page
        if len(page) < MONITORS:
            break
    return found


def _list(body: Any) -> list[Mapping[str, Any]]:
    if not isinstance(body, list):
        raise TypeError("no list")
    return body
