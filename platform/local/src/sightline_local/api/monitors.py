"""`/api/v1/monitor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_datadog.evaluate.machine import leading
from sightline_datadog.query import parse_monitor_query, tree
from sightline_local.api import downtime_match, monitor_search, people
from sightline_local.api.answers import Refusal, answer, integer, json_body, names
from sightline_local.api.envelope import iso
from sightline_local.api.monitor_body import check_slo_alert, checked, grouped
from sightline_local.api.monitor_references import references
from sightline_local.evaluator.groups import SHOWN, shown_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.states import Standing
    from sightline_local.backend import Backend

KIND = "monitor"
FIRST_ID = 1_000_001
_STATUSES = frozenset({"alert", "warn", "ok", "no data", "ignored", "skipped", "unknown"})
_CHANGEABLE = (
    "draft_status", "assets", "type", "query", "name", "message", "tags", "priority", "options", "restricted_roles",
)  # fmt: skip
_GROUP_STATES = frozenset({"all", "alert", "warn", "no data", "ok", "ignored"})


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes; the fixed paths come before the one with an id."""
    family = Monitors(backend)
    return [
        Route("/api/v1/monitor", family.create, methods=["POST"]),
        Route("/api/v1/monitor", family.list, methods=["GET"]),
        Route("/api/v1/monitor/validate", family.validate, methods=["POST"]),
        Route("/api/v1/monitor/search", family.search, methods=["GET"]),
        Route("/api/v1/monitor/groups/search", family.search_groups, methods=["GET"]),
        Route("/api/v1/monitor/can_delete", family.can_delete, methods=["GET"]),
        Route("/api/v1/monitor/{id}/validate", family.validate, methods=["POST"]),
        Route("/api/v1/monitor/{id}", family.get, methods=["GET"]),
        Route("/api/v1/monitor/{id}", family.update, methods=["PUT"]),
        Route("/api/v1/monitor/{id}", family.delete, methods=["DELETE"]),
    ]


class Monitors:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create, with the vendor's defaults; an identical one is refused as the vendor does."""
        body = await self._checked(await json_body(request))
        made = await run_in_threadpool(self._create, body)
        return answer(made)

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        same = ("type", "query", "name", "message", "tags", "options")
        for other in self._objects.all(KIND):
            if all(other[key] == body[key] for key in same):
                raise Refusal(400, f"Duplicate of an existing monitor_id:{other['id']} org_id:1")
        number = self._objects.next_number(KIND, FIRST_ID)
        now = self._backend.now_s()
        made = {
            **body,
            "id": number,
            "org_id": 1,
            "creator": people.CREATOR,
            "created": iso(now),
            "created_at": now * 1000,
            "modified": iso(now),
            "deleted": None,
            "multi": grouped(body["query"]),
            "restriction_policy": None,
            "assets": _own(body["assets"], number),
        }
        self._objects.put(KIND, str(number), made)
        return self._shown(made)

    async def get(self, request: Request) -> Response:
        """Return one, with what mutes it when that is asked."""
        states = _states(request)
        found = await self._found(request)
        groups = await run_in_threadpool(self._backend.standings.groups, str(found["id"]))
        found = _shown(found, groups) | _state(groups, states)
        silenced = await run_in_threadpool(downtime_match.silenced, self._backend, found)
        if silenced:
            found["options"] = {
                **found["options"],
                "silenced": {**(found["options"].get("silenced") or {}), **silenced},
            }
        found["assets"] = [
            {key: value for key, value in each.items() if key != "monitor_id"} for each in found["assets"]
        ]
        if request.query_params.get("with_downtimes") == "true":
            found["matching_downtimes"] = await run_in_threadpool(downtime_match.matching, self._backend, found)
        return answer(found)

    async def list(self, request: Request) -> Response:
        """Return those that match `name` (a part of it), `tags` and `monitor_tags` (all of them)."""
        size = integer(request, "page_size", 100, highest=1000) or 100
        states = _states(request)
        everything = await run_in_threadpool(self._objects.all, KIND)
        wanted = set(names(request, "tags") + names(request, "monitor_tags"))
        name = request.query_params.get("name", "").lower()
        kept = [each for each in everything if wanted <= set(each["tags"]) and name in each["name"].lower()]
        if "page" in request.query_params or "page_size" in request.query_params:
            page = integer(request, "page", 0, highest=10**6)
            kept = kept[page * size : (page + 1) * size]
        every = await run_in_threadpool(self._backend.standings.every)
        groups = [(each, every.get(str(each["id"]), {})) for each in kept]
        return answer([_shown(each, own) | _state(own, states) | {"matching_downtimes": []} for each, own in groups])

    async def search(self, request: Request) -> Response:
        """Return a page of the search's form; each word must stand in the name or be a tag."""
        shown = await self._searched(request)
        page, meta = _page(request, shown)
        found = [monitor_search.found(each) for each in page]
        return answer({"monitors": found, "metadata": meta, "counts": monitor_search.counts(shown)})

    async def search_groups(self, request: Request) -> Response:
        """Return a page of the groups of those monitors that the search finds."""
        shown = await self._searched(request)
        every = await run_in_threadpool(self._backend.standings.every)
        groups = [
            each
            for one in shown
            for each in monitor_search.groups(one, shown_groups(every.get(str(one["id"]), {}))["groups"])
        ]
        page, meta = _page(request, groups)
        return answer({"groups": page, "metadata": meta, "counts": monitor_search.group_counts(shown, groups)})

    async def _searched(self, request: Request) -> Sequence[dict[str, Any]]:
        words = request.query_params.get("query", "").lower().split()
        for word in words:
            key, _, value = word.partition(":")
            if key == "status" and value.strip('"') not in _STATUSES:
                raise Refusal(400, f"Query parsing error: '{value[:100]}' is not a valid monitor status")
        everything = await run_in_threadpool(self._objects.all, KIND)
        every = await run_in_threadpool(self._backend.standings.every)
        shown = [_shown(each, every.get(str(each["id"]), {})) for each in everything]
        return [each for each in shown if all(_says(each, word) for word in words)]

    async def validate(self, request: Request) -> Response:
        """Say whether a body would be taken."""
        await self._checked(await json_body(request))
        return answer({})

    async def update(self, request: Request) -> Response:
        """Change the fields that are given; a metric alert may become a query alert, else the type stays."""
        old = await self._found(request)
        given = await json_body(request)
        alias = {"query alert": "metric alert"}
        kind = str(given.get("type", old["type"]))
        if alias.get(kind, kind) != alias.get(old["type"], old["type"]):
            raise Refusal(400, "Monitor type change not allowed")
        body = await self._checked({**{key: old.get(key) for key in _CHANGEABLE}, **given})
        made = {**old, **body, "assets": _own(body["assets"], old["id"]), "modified": iso(self._backend.now_s())}
        await run_in_threadpool(self._objects.put, KIND, str(old["id"]), made)
        # The vendor's answer to a change does not say who made the monitor.
        return answer({key: value for key, value in self._shown(made).items() if key != "creator"})

    async def can_delete(self, request: Request) -> Response:
        """Say which may be deleted: those that no SLO and no composite counts on."""
        ids = names(request, "monitor_ids")
        if not ids:
            raise Refusal(400, "monitor_ids are required")
        blocked = await run_in_threadpool(references, self._objects, ids)
        body: dict[str, Any] = {"data": {"ok": [int(each) for each in ids if each not in blocked and _is_id(each)]}}
        if blocked:
            return answer({**body, "errors": blocked}, 409)
        return answer({**body, "errors": None})

    async def delete(self, request: Request) -> Response:
        """Delete, unless an SLO or a composite counts on it and `force` is not said."""
        found = await self._found(request)
        reasons = await run_in_threadpool(references, self._objects, [str(found["id"])])
        if reasons and request.query_params.get("force") != "true":
            raise Refusal(400, *reasons[str(found["id"])])
        await run_in_threadpool(self._objects.delete, KIND, str(found["id"]))
        return answer({"deleted_monitor_id": found["id"]})

    async def _found(self, request: Request) -> dict[str, Any]:
        text = request.path_params["id"]
        if not _is_id(text):
            raise Refusal(400, "The value provided for parameter 'monitor_id' is invalid")
        found = await run_in_threadpool(self._objects.get, KIND, text)
        if found is None:
            raise Refusal(404, "Monitor not found")
        return found

    def _shown(self, body: dict[str, Any]) -> dict[str, Any]:
        return _shown(body, self._backend.standings.groups(str(body["id"])))

    async def _checked(self, body: Mapping[str, Any]) -> dict[str, Any]:
        made = checked(body)
        query, _ = parse_monitor_query(made["type"], made["query"])
        if isinstance(query, tree.BurnRate | tree.ErrorBudget):
            slo = await run_in_threadpool(self._objects.get, "slo", query.slo_id)
            check_slo_alert(query, slo)
        return made


def _page(request: Request, found: Sequence[dict[str, Any]]) -> tuple[Sequence[dict[str, Any]], dict[str, int]]:
    """Return the page that is asked for, and what the search tells of the pages."""
    size = integer(request, "per_page", 30, highest=1000) or 30
    page = integer(request, "page", 0, highest=10**6)
    pages = -(-len(found) // size)
    meta = {"page": page, "page_count": pages, "per_page": size, "total_count": len(found)}
    return found[page * size : (page + 1) * size], meta


def _own(assets: Sequence[dict[str, Any]], number: int) -> Sequence[dict[str, Any]]:
    return [{**each, "monitor_id": number} for each in assets]


def _shown(body: dict[str, Any], groups: Mapping[Group, Standing]) -> dict[str, Any]:
    """Return a monitor with its state, which is that of its worst group."""
    standing = leading(groups)
    state = SHOWN[standing.state] if standing else "No Data"
    return {**body, "overall_state": state, "overall_state_modified": iso(standing.since) if standing else None}


def _says(monitor: Mapping[str, Any], word: str) -> bool:
    key, _, value = word.partition(":")
    if key == "status":
        return bool(value.strip('"') == monitor["overall_state"].lower())
    return word in monitor["name"].lower() or word in monitor["tags"]


def _state(groups: Mapping[Group, Standing], states: AbstractSet[str]) -> dict[str, Any]:
    """Return `state` with the groups in the states that were asked for, nothing where none were."""
    if not states:
        return {}
    shown = shown_groups(groups)["groups"]
    kept = {name: each for name, each in shown.items() if "all" in states or each["status"].lower() in states}
    return {"state": {"groups": kept}}


def _states(request: Request) -> frozenset[str]:
    states = frozenset(names(request, "group_states"))
    if not states <= _GROUP_STATES:
        raise Refusal(400, "Invalid group_state filters.")
    return states


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18
