"""`/api/v2/deployment_gates` and their rules."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_local.api import fields, people
from sightline_local.api.answers import Refusal, answer, integer, json_body
from sightline_local.api.envelope import attributes, iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

KIND = "deployment_gate"
RULE = "deployment_rule"
_MISSING = {KIND: "Gate does not exist", RULE: "Rule does not exist"}
RULE_TYPES = ("monitor", "faulty_deployment_detection")
_USER = {"id": people.USER_ID, "handle": people.HANDLE, "name": people.AUTHOR["name"]}


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Gates(backend)
    base = "/api/v2/deployment_gates"
    rules = base + "/{gate_id}/rules"
    return [
        Route(base, family.create, methods=["POST"]),
        Route(base, family.list, methods=["GET"]),
        Route(base + "/{id}", family.get, methods=["GET"]),
        Route(base + "/{id}", family.update, methods=["PUT"]),
        Route(base + "/{id}", family.delete, methods=["DELETE"]),
        Route(rules, family.create_rule, methods=["POST"]),
        Route(rules, family.rules, methods=["GET"]),
        Route(rules + "/{id}", family.get_rule, methods=["GET"]),
        Route(rules + "/{id}", family.update_rule, methods=["PUT"]),
        Route(rules + "/{id}", family.delete_rule, methods=["DELETE"]),
    ]


class Gates:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create; a service has one gate of an identifier in an environment."""
        given = attributes(await json_body(request))
        _required(given, "env", "service")
        checked = {
            "service": fields.text(given, "service", longest=fields.MAX_NAME),
            "env": fields.text(given, "env", longest=fields.MAX_NAME),
            "identifier": fields.text(given, "identifier", required=False) or "default",
            "dry_run": _flag(given, "dry_run"),
        }
        same = ("service", "env", "identifier")
        for other in await run_in_threadpool(self._objects.all, KIND):
            if all(other["attributes"][key] == checked[key] for key in same):
                detail = "Gate already exists with the given env, service and identifier"
                raise Refusal(400, body=_errors(400, "Bad Request", detail))
        made = self._new(KIND, checked)
        await run_in_threadpool(self._objects.put, KIND, str(made["id"]), made)
        return answer({"data": made})

    async def get(self, request: Request) -> Response:
        """Return one."""
        return answer({"data": await self._found(request.path_params["id"], KIND)})

    async def list(self, request: Request) -> Response:
        """Return a page; the cursor is the id of the last one of the page before."""
        size = integer(request, "page[size]", 50, highest=1000) or 50
        cursor = request.query_params.get("page[cursor]", "")
        everything = await run_in_threadpool(self._objects.all, KIND)
        ids = [each["id"] for each in everything]
        start = ids.index(cursor) + 1 if cursor in ids else 0
        shown = everything[start : start + size]
        more = shown[-1]["id"] if start + size < len(everything) else None
        return answer({"data": shown, "meta": {"page": {"size": size, "cursor": cursor, "next_cursor": more}}})

    async def update(self, request: Request) -> Response:
        """Change whether it only watches."""
        given = attributes(await json_body(request))
        old = await self._found(request.path_params["id"], KIND)
        return answer({"data": await self._change(old, {"dry_run": _flag(given, "dry_run")})})

    async def delete(self, request: Request) -> Response:
        """Delete, and its rules with it."""
        found = await self._found(request.path_params["id"], KIND)
        for rule in await run_in_threadpool(self._objects.all, RULE):
            if rule["attributes"]["gate_id"] == found["id"]:
                await run_in_threadpool(self._objects.delete, RULE, rule["id"])
        await run_in_threadpool(self._objects.delete, KIND, found["id"])
        return Response(status_code=204)

    async def create_rule(self, request: Request) -> Response:
        """Create a rule of a gate."""
        given = attributes(await json_body(request))
        gate = await self._found(request.path_params["gate_id"], KIND, "gate_id")
        kind = given.get("type")
        if kind not in RULE_TYPES:
            detail = f'attribute "type" must be one of "{" ".join(RULE_TYPES)}"'
            raise Refusal(400, body=_errors(400, "Bad Request", detail))
        made = self._new(RULE, {**_rule(given, kind), "type": kind, "gate_id": gate["id"]})
        await run_in_threadpool(self._objects.put, RULE, str(made["id"]), made)
        return answer({"data": made})

    async def rules(self, request: Request) -> Response:
        """Return the rules of a gate."""
        gate = await self._found(request.path_params["gate_id"], KIND, "gate_id")
        everything = await run_in_threadpool(self._objects.all, RULE)
        mine = [
            {"id": each["id"], **each["attributes"]}
            for each in everything
            if each["attributes"]["gate_id"] == gate["id"]
        ]
        data = {"type": "list_deployment_rules", "id": gate["id"], "attributes": {"rules": mine}}
        return answer({"data": data})

    async def get_rule(self, request: Request) -> Response:
        """Return one rule."""
        return answer({"data": await self._found_rule(request)})

    async def update_rule(self, request: Request) -> Response:
        """Replace what a rule says; its type stays."""
        given = attributes(await json_body(request))
        old = await self._found_rule(request)
        return answer({"data": await self._change(old, _rule(given, old["attributes"]["type"]))})

    async def delete_rule(self, request: Request) -> Response:
        """Delete a rule."""
        found = await self._found_rule(request)
        await run_in_threadpool(self._objects.delete, RULE, found["id"])
        return Response(status_code=204)

    def _new(self, kind: str, checked: Mapping[str, Any]) -> dict[str, Any]:
        now = iso(self._backend.now_s())
        clocks = {"created_at": now, "created_by": _USER, "updated_at": now, "updated_by": _USER}
        return {"type": kind, "id": str(uuid.uuid4()), "attributes": {**checked, **clocks}}

    async def _change(self, old: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
        clocks = {"updated_at": iso(self._backend.now_s()), "updated_by": _USER}
        made = {**old, "attributes": {**old["attributes"], **changed, **clocks}}
        await run_in_threadpool(self._objects.put, str(old["type"]), str(old["id"]), made)
        return made

    async def _found_rule(self, request: Request) -> dict[str, Any]:
        _check_id(request.path_params["gate_id"], "gate_id")
        rule = await self._found(request.path_params["id"], RULE)
        if rule["attributes"]["gate_id"] != request.path_params["gate_id"]:
            raise Refusal(404, body=_errors(404, "Not Found", _MISSING[RULE]))
        return rule

    async def _found(self, identity: str, kind: str, name: str = "id") -> dict[str, Any]:
        _check_id(identity, name)
        found = await run_in_threadpool(self._objects.get, kind, identity)
        if found is None:
            raise Refusal(404, body=_errors(404, "Not Found", _MISSING[kind]))
        return found


def _check_id(identity: str, name: str) -> None:
    try:
        uuid.UUID(identity)
    except ValueError:
        raise Refusal(400, body=_errors(400, "Bad Request", f'attribute "{name}" Invalid id')) from None


def _required(given: Mapping[str, Any], *keys: str) -> None:
    for key in keys:
        if given.get(key) in (None, ""):
            raise Refusal(400, body=_errors(400, "Bad Request", f'attribute "{key}" is required'))


def _rule(given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    _required(given, "name")
    options = fields.mapping(given, "options")
    if kind == "monitor" and not options.keys() & {"query", "monitor_ids", "monitor_id"}:
        raise Refusal(400, body=_errors(400, "Bad Request", "options: a monitor rule needs a query"))
    if "query" in options:
        fields.text(options, "query")
    for key in ("duration", "warmup_seconds"):
        if options.get(key) is not None:
            fields.epoch(options[key], key)
    return {
        "name": fields.text(given, "name", longest=fields.MAX_NAME),
        "options": options,
        "dry_run": _flag(given, "dry_run"),
    }


def _flag(given: Mapping[str, Any], key: str) -> bool:
    value = given.get(key, False)
    if not isinstance(value, bool):
        raise Refusal(400, body=_errors(400, "Bad Request", f"{key}: expected true or false"))
    return value


def _errors(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"errors": [{"status": str(status), "title": title, "detail": detail}]}
