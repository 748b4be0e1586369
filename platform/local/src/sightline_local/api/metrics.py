"""`/api/v2/metrics/{name}/tags`: metric configurations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, json_body
from sightline_local.api.envelope import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

KIND = "metric"
TYPES = frozenset({"gauge", "count", "rate", "distribution"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,199}")


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Metrics(backend)
    path = "/api/v2/metrics/{name}/tags"
    return [
        Route(path, family.create, methods=["POST"]),
        Route(path, family.get, methods=["GET"]),
        Route(path, family.update, methods=["PATCH"]),
        Route(path, family.delete, methods=["DELETE"]),
    ]


class Metrics:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create the configuration of a metric that has none."""
        name = _name(request)
        if await run_in_threadpool(self._objects.get, KIND, name) is not None:
            raise Refusal(409, f"Tag configuration already exists for metric {name}")
        attributes = _attributes(await json_body(request), name)
        fields.one_of(attributes, "metric_type", TYPES)
        now = self._backend.now_s()
        made = {"include_percentiles": False, "tags": [], **attributes, "created_at": now, "modified_at": now}
        await run_in_threadpool(self._objects.put, KIND, name, made)
        return answer(_document(name, made), 201)

    async def get(self, request: Request) -> Response:
        """Return a configuration."""
        name = _name(request)
        return answer(_document(name, await self._found(name)))

    async def update(self, request: Request) -> Response:
        """Change the fields that are given."""
        name = _name(request)
        old = await self._found(name)
        made = {**old, **_attributes(await json_body(request), name), "metric_type": old["metric_type"]}
        made["modified_at"] = self._backend.now_s()
        await run_in_threadpool(self._objects.put, KIND, name, made)
        return answer(_document(name, made))

    async def delete(self, request: Request) -> Response:
        """Delete."""
        name = _name(request)
        await self._found(name)
        await run_in_threadpool(self._objects.delete, KIND, name)
        return Response(status_code=204)

    async def _found(self, name: str) -> dict[str, Any]:
        found = await run_in_threadpool(self._objects.get, KIND, name)
        if found is None:
            raise Refusal(404, f"Tag configuration not found for metric {name}")
        return found


def _name(request: Request) -> str:
    name = str(request.path_params["name"])
    if not _NAME.fullmatch(name):
        raise Refusal(400, f"Invalid metric name: {name[:200]}")
    return name


def _attributes(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    data = fields.mapping(body, "data")
    if data.get("id") != name or data.get("type") != "manage_tags":
        raise Refusal(400, "The value provided for parameter 'data' is invalid: it names another metric or type")
    given = fields.mapping(data, "attributes")
    made: dict[str, Any] = {key: given[key] for key in ("metric_type", "include_percentiles") if key in given}
    if not isinstance(made.get("include_percentiles", False), bool):
        raise Refusal(400, "The value provided for parameter 'include_percentiles' is invalid: expected a boolean")
    if "tags" in given:
        made["tags"] = fields.tags(given)
    return made


def _document(name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    times = {key: iso(attributes[key]) for key in ("created_at", "modified_at") if key in attributes}
    return {"data": {"type": "manage_tags", "id": name, "attributes": {**attributes, **times}}}
