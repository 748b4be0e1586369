"""`/api/v1/monitor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_datadog.evaluate.states import State
from sightline_datadog.query import parse_monitor_query, tree
from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, integer, json_body, names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

KIND = "monitor"
FIRST_ID = 1_000_001
TYPES = frozenset(
    {
        "composite", "event alert", "log alert", "metric alert", "process alert", "query alert", "rum alert",
        "service check", "synthetics alert", "trace-analytics alert", "slo alert", "event-v2 alert", "audit alert",
        "ci-pipelines alert", "ci-tests alert", "error-tracking alert", "database-monitoring alert",
        "network-performance alert", "cost alert", "data-quality alert", "network-path alert",
    }
)  # fmt: skip
OPTION_DEFAULTS: dict[str, Any] = {
    "silenced": {},
    "new_host_delay": 300,
    "notify_no_data": False,
    "notify_audit": False,
    "include_tags": True,
}
CREATOR = {"name": "local", "handle": "local@sightline", "email": "local@sightline", "id": 1}
SHOWN = {State.OK: "OK", State.WARN: "Warn", State.ALERT: "Alert", State.NO_DATA: "No Data"}
"""How the vendor spells a state in `overall_state`; what is not evaluated has no data there."""


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes; the fixed paths come before the one with an id."""
    family = Monitors(backend)
    return [
        Route("/api/v1/monitor", family.create, methods=["POST"]),
        Route("/api/v1/monitor", family.list, methods=["GET"]),
        Route("/api/v1/monitor/validate", family.validate, methods=["POST"]),
        Route("/api/v1/monitor/search", family.search, methods=["GET"]),
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
        same = ("type", "query", "name", "message", "tags")
        for other in self._objects.all(KIND):
            if all(other[key] == body[key] for key in same):
                raise Refusal(400, f"Duplicate of an existing monitor_id:{other['id']} org_id:1")
        number = self._objects.next_number(KIND, FIRST_ID)
        now = self._backend.now_s()
        made = {
            **body,
            "id": number,
            "org_id": 1,
            "creator": CREATOR,
            "created": _iso(now),
            "created_at": now * 1000,
            "modified": _iso(now),
            "deleted": None,
            "multi": " by {" in body["query"],
            "restriction_policy": None,
            "draft_status": "published",
            "assets": [],
        }
        self._objects.put(KIND, str(number), made)
        return self._shown(made)

    async def get(self, request: Request) -> Response:
        """Return one."""
        return answer(self._shown(await self._found(request)))

    async def list(self, request: Request) -> Response:
        """Return those that match `name` (a part of it), `tags` and `monitor_tags` (all of them)."""
        size = integer(request, "page_size", 100, highest=1000) or 100
        everything = await run_in_threadpool(self._objects.all, KIND)
        wanted = set(names(request, "tags") + names(request, "monitor_tags"))
        name = request.query_params.get("name", "").lower()
        kept = [each for each in everything if wanted <= set(each["tags"]) and name in each["name"].lower()]
        if "page" in request.query_params or "page_size" in request.query_params:
            page = integer(request, "page", 0, highest=10**6)
            kept = kept[page * size : (page + 1) * size]
        return answer([self._shown(each) for each in kept])

    async def search(self, request: Request) -> Response:
        """Return a page of the search's form; each word must stand in the name or be a tag."""
        size = integer(request, "per_page", 30, highest=1000) or 30
        page = integer(request, "page", 0, highest=10**6)
        words = request.query_params.get("query", "").lower().split()
        everything = await run_in_threadpool(self._objects.all, KIND)
        kept = [
            each for each in everything if all(word in each["name"].lower() or word in each["tags"] for word in words)
        ]
        found = [
            {
                "id": each["id"],
                "name": each["name"],
                "type": each["type"],
                "query": each["query"],
                "tags": each["tags"],
                "status": self._shown(each)["overall_state"],
                "creator": CREATOR,
            }
            for each in kept[page * size : (page + 1) * size]
        ]
        pages = -(-len(kept) // size)
        meta = {"page": page, "page_count": pages, "per_page": size, "total_count": len(kept)}
        return answer({"monitors": found, "metadata": meta, "counts": {}})

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
            raise Refusal(400, "Monitor type cannot be changed")
        keys = ("type", "query", "name", "message", "tags", "priority", "options", "restricted_roles")
        body = await self._checked({**{key: old.get(key) for key in keys}, **given})
        made = {**old, **body, "modified": _iso(self._backend.now_s())}
        await run_in_threadpool(self._objects.put, KIND, str(old["id"]), made)
        return answer(self._shown(made))

    async def can_delete(self, request: Request) -> Response:
        """Say which may be deleted: those that no SLO counts on."""
        ids = names(request, "monitor_ids")
        if not ids:
            raise Refusal(400, "Required parameter 'monitor_ids' is missing")
        used = await self._used()
        blocked = {each: [used[each]] for each in ids if each in used}
        body: dict[str, Any] = {"data": {"ok": [int(each) for each in ids if each not in blocked and _is_id(each)]}}
        if blocked:
            return answer({**body, "errors": blocked}, 409)
        return answer({**body, "errors": None})

    async def delete(self, request: Request) -> Response:
        """Delete, unless an SLO counts on it."""
        found = await self._found(request)
        reason = (await self._used()).get(str(found["id"]))
        if reason and request.query_params.get("force") != "true":
            raise Refusal(400, reason)
        await run_in_threadpool(self._objects.delete, KIND, str(found["id"]))
        return answer({"deleted_monitor_id": found["id"]})

    async def _used(self) -> dict[str, str]:
        slos = await run_in_threadpool(self._objects.all, "slo")
        return {
            str(monitor): f"monitor [{monitor}] is referenced in slos: [{slo['id']}]"
            for slo in slos
            for monitor in slo.get("monitor_ids") or []
        }

    async def _found(self, request: Request) -> dict[str, Any]:
        text = request.path_params["id"]
        if not _is_id(text):
            raise Refusal(400, "The value provided for parameter 'monitor_id' is invalid")
        found = await run_in_threadpool(self._objects.get, KIND, text)
        if found is None:
            raise Refusal(404, "Monitor not found")
        return found

    def _shown(self, body: dict[str, Any]) -> dict[str, Any]:
        standing = self._backend.standings.of(str(body["id"]))
        state = SHOWN.get(standing.state, "No Data") if standing else "No Data"
        modified = _iso(standing.since) if standing else None
        return {**body, "overall_state": state, "overall_state_modified": modified}

    async def _checked(self, body: Mapping[str, Any]) -> dict[str, Any]:
        made = checked(body)
        query, _ = parse_monitor_query(made["type"], made["query"])
        if isinstance(query, tree.BurnRate | tree.ErrorBudget):
            slo = await run_in_threadpool(self._objects.get, "slo", query.slo_id)
            _check_slo_alert(query, slo)
        return made


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a monitor's body with the vendor's defaults.

    Raises:
        Refusal: it is not one that the vendor takes.
    """
    kind, query = fields.text(body, "type"), fields.text(body, "query")
    if kind not in TYPES:
        raise Refusal(400, f"The value provided for parameter 'type' is invalid: {kind}")
    _, problems = parse_monitor_query(str(kind), str(query))
    if problems:
        raise Refusal(400, f"The value provided for parameter 'query' is invalid: {problems[0].message}")
    options = {**OPTION_DEFAULTS, **fields.mapping(body, "options")}
    if options.get("on_missing_data") == "default":
        del options["on_missing_data"]
    options["thresholds"] = _thresholds(options, str(kind), str(query))
    priority = body.get("priority")
    if priority is not None and (isinstance(priority, bool) or priority not in range(1, 6)):
        raise Refusal(400, "The value provided for parameter 'priority' is invalid: expected 1 to 5")
    return {
        "type": "metric alert" if kind == "query alert" else kind,
        "query": query,
        "name": fields.text(body, "name", longest=fields.MAX_NAME),
        "message": fields.text(body, "message", required=False) or "",
        "tags": fields.tags(body),
        "priority": priority,
        "restricted_roles": fields.items(body, "restricted_roles", str) if body.get("restricted_roles") else None,
        "options": options,
    }


def _thresholds(options: Mapping[str, Any], kind: str, text: str) -> dict[str, float]:
    given = fields.mapping(options, "thresholds")
    made = {key: fields.number(value, f"thresholds.{key}") for key, value in given.items() if value is not None}
    query, _ = parse_monitor_query(kind, text)
    if query is not None and made.setdefault("critical", query.threshold) != query.threshold:
        raise Refusal(
            400,
            "The value provided for parameter 'query' is invalid: Alert threshold"
            f" ({made['critical']}) does not match that used in query ({query.threshold})",
        )
    return made


def _check_slo_alert(query: tree.BurnRate | tree.ErrorBudget, slo: Mapping[str, Any] | None) -> None:
    if slo is None:
        raise Refusal(400, f"The value provided for parameter 'query' is invalid: SLO {query.slo_id} not found")
    targets = {each["timeframe"]: each["target"] for each in slo["thresholds"]}
    if query.over not in targets:
        raise Refusal(
            400, f"The value provided for parameter 'query' is invalid: the SLO has no timeframe {query.over}"
        )
    if isinstance(query, tree.BurnRate):
        highest = round(100 / (100 - targets[query.over]), 6)
        if not 0 < query.threshold <= highest:
            raise Refusal(
                400,
                f"Alert threshold ({query.threshold:g}) must be in range 0 to {highest} for burn rate alerts"
                " (max threshold = 1/1-slo target)",
            )
        if not 3600 <= query.long_window_s <= 48 * 3600 or query.short_window_s >= query.long_window_s:
            raise Refusal(400, "The value provided for parameter 'query' is invalid: invalid burn rate window")


def _iso(seconds: int) -> str:
    import datetime as dt

    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()
