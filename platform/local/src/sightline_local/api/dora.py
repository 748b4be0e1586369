"""`/api/v2/dora`: deployments and failures as pipelines tell of them, in nanoseconds; each is an event, too."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, json_body
from sightline_local.config.standings import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

DEPLOYMENT, FAILURE = "dora_deployment", "dora_failure"
_NS = 10**9
_MS = 10**6
_MOST = 1000


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Dora(backend)
    base = "/api/v2/dora"
    return [
        Route(base + "/deployment", family.creator(DEPLOYMENT), methods=["POST"]),
        Route(base + "/failure", family.creator(FAILURE), methods=["POST"]),
        Route(base + "/incident", family.creator(FAILURE), methods=["POST"]),
        Route(base + "/deployments", family.lister(DEPLOYMENT), methods=["POST"]),
        Route(base + "/failures", family.lister(FAILURE), methods=["POST"]),
        Route(base + "/deployments/{id}", family.getter(DEPLOYMENT), methods=["GET"]),
        Route(base + "/failures/{id}", family.getter(FAILURE), methods=["GET"]),
        Route(base + "/deployments/{id}", family.judge, methods=["PATCH"]),
        Route(base + "/deployment/{id}", family.deleter(DEPLOYMENT), methods=["DELETE"]),
        Route(base + "/failure/{id}", family.deleter(FAILURE), methods=["DELETE"]),
    ]


class Dora:
    """The handlers, made for each kind."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    def creator(self, kind: str) -> Any:
        """Return the handler that takes one."""

        async def create(request: Request) -> Response:
            given = fields.mapping(fields.mapping(await json_body(request), "data"), "attributes")
            checked = _checked(given, kind)
            new_id = secrets.token_hex(8) if kind == DEPLOYMENT else str(uuid.uuid4())
            own = fields.text(given, "id", required=False, longest=100) or new_id
            made = {"id": own, "type": kind, "attributes": checked}
            await run_in_threadpool(self._objects.put, kind, own, made)
            await run_in_threadpool(self._backend.standings.add_event, _event(made))
            return answer({"data": {"id": own, "type": kind}})

        return create

    def lister(self, kind: str) -> Any:
        """Return the handler that lists those that started in a window, the newest first."""
        wanted = f"{kind}s_list_request"

        async def find(request: Request) -> Response:
            data = fields.mapping(await json_body(request), "data")
            if data.get("type") != wanted:
                raise _refusal(400, f'got type "{str(data.get("type") or "")[:50]}" expected one of "{wanted}"')
            given = fields.mapping(data, "attributes")
            start, end = (_bound(given, key) for key in ("from", "to"))
            limit = 10 if given.get("limit") is None else fields.epoch(given["limit"], "limit")
            everything = await run_in_threadpool(self._objects.all, kind)
            met = [each for each in everything if start <= each["attributes"]["started_at"] < end]
            met.sort(key=lambda each: each["attributes"]["started_at"], reverse=True)
            return answer({"data": [_shown(each) for each in met[: min(limit, _MOST)]]})

        return find

    def getter(self, kind: str) -> Any:
        """Return the handler that shows one."""

        async def get(request: Request) -> Response:
            return answer({"data": _shown(await self._found(request, kind))})

        return get

    def deleter(self, kind: str) -> Any:
        """Return the handler that deletes one."""

        async def delete(request: Request) -> Response:
            found = await self._found(request, kind)
            await run_in_threadpool(self._objects.delete, kind, found["id"])
            return Response(status_code=202)

        return delete

    async def judge(self, request: Request) -> Response:
        """Mark a deployment as a failure or as stable again."""
        judgement = _judgement(await json_body(request))
        made = {**await self._found(request, DEPLOYMENT), "judgement": judgement}
        await run_in_threadpool(self._objects.put, DEPLOYMENT, made["id"], made)
        told = replace(_event(made), at_ms=self._backend.now_s() * 1000, kind="deployment")
        word = "failed" if judgement["change_failure"] else "is stable"
        await run_in_threadpool(self._backend.standings.add_event, replace(told, title=f"{told.title} {word}"))
        return Response(status_code=202)

    async def _found(self, request: Request, kind: str) -> dict[str, Any]:
        found = await run_in_threadpool(self._objects.get, kind, request.path_params["id"])
        if found is None:
            raise _refusal(404, f"{kind.removeprefix('dora_')} not found")
        return found


def _checked(given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    times = {key: _nanoseconds(given, key) for key in ("started_at", "finished_at")}
    if times["started_at"] is None or (kind == DEPLOYMENT and times["finished_at"] is None):
        raise _refusal(400, 'attribute "started_at" is required' if times["started_at"] is None else _NOT_FINISHED)
    texts = {
        key: fields.text(given, key, longest=fields.MAX_NAME)
        for key in ("service", "env", "team", "version", "name", "severity")
        if given.get(key)
    }
    if kind == DEPLOYMENT and "service" not in texts:
        raise _refusal(400, 'attribute "service" is required')
    services = {"services": fields.items(given, "services", str)} if given.get("services") else {}
    git = {"git": fields.mapping(given, "git")} if given.get("git") else {}
    return {**texts, **services, **git, **{key: value for key, value in times.items() if value is not None}}


def _judgement(body: Mapping[str, Any]) -> dict[str, Any]:
    """Read whether a deployment failed, and what mended it."""
    data = fields.mapping(body, "data")
    if data.get("type") != _PATCH:
        raise _refusal(400, f'got type "{str(data.get("type") or "")[:50]}" expected one of "{_PATCH}"')
    given = fields.mapping(data, "attributes")
    if not isinstance(given.get("change_failure"), bool):
        raise _refusal(400, 'attribute "change_failure" is required')
    remediation = fields.mapping(given, "remediation")
    if remediation:
        fields.one_of(remediation, "type", ("rollback", "rollforward"))
        texts = {key: fields.text(remediation, key, longest=fields.MAX_NAME) for key in remediation}
        return {"change_failure": given["change_failure"], "remediation": texts}
    return {"change_failure": given["change_failure"]}


_PATCH = "dora_deployment_patch_request"
_NOT_FINISHED = 'attribute "finished_at" is required'


def _nanoseconds(given: Mapping[str, Any], key: str) -> int | None:
    value = given.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < fields.LAST_EPOCH * _NS:
        raise _refusal(400, f'attribute "{key}" must be a time in nanoseconds')
    return value


def _bound(given: Mapping[str, Any], key: str) -> int:
    if given.get(key) is None:
        return 0 if key == "from" else fields.LAST_EPOCH * _NS
    try:
        found = dt.datetime.fromisoformat(str(fields.text(given, key)))
        return int((found if found.tzinfo else found.replace(tzinfo=dt.UTC)).timestamp()) * _NS
    except (ValueError, OverflowError):
        raise _refusal(400, f'attribute "{key}" must be a date and time') from None


def _shown(made: Mapping[str, Any]) -> dict[str, Any]:
    times = {
        key: dt.datetime.fromtimestamp(made["attributes"][key] // _NS, dt.UTC).isoformat().replace("+00:00", "Z")
        for key in ("started_at", "finished_at")
        if key in made["attributes"]
    }
    shown = {**made["attributes"], **times}
    if "git" in shown:
        shown["git"] = _git(shown["git"])
    return {"id": made["id"], "type": made["type"], "attributes": shown}


def _git(given: Mapping[str, Any]) -> dict[str, Any]:
    """Name the repository as the vendor's answers do (DORAGitInfoResponse): by an id instead of an address."""
    address = str(given.get("repository_url") or "")
    bare = address.partition("://")[2] or address.replace(":", "/", 1)
    identity = bare.rpartition("@")[2].removesuffix(".git").lower()
    return {"commit_sha": given.get("commit_sha"), "repository_id": identity}


def _event(made: Mapping[str, Any]) -> Event:
    said = made["attributes"]
    kind = made["type"].removeprefix("dora_")
    name = said.get("service") or ", ".join(said.get("services", ())) or said.get("name") or made["id"]
    title = f"{kind.capitalize()} of {name}" + (f" {said['version']}" if "version" in said else "")
    tags = tuple(f"{key}:{said[key]}" for key in ("service", "env", "team", "version") if key in said)
    text = str(fields.mapping(said, "git").get("commit_sha") or said.get("name") or "")
    return Event(said["started_at"] // _MS, title, text, kind, tags=tags)


def _refusal(status: int, detail: str) -> Refusal:
    title = {400: "Bad Request", 404: "Not Found"}[status]
    return Refusal(status, body={"errors": [{"status": str(status), "title": title, "detail": detail}]})
