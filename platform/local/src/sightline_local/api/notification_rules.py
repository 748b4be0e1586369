"""`/api/v2/monitor/notification_rule`."""

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
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

KIND = "notification_rule"
_KNOWN = ("name", "filter", "recipients", "conditional_recipients", "bundle_config")
_NEVER = "1970-01-01T00:00:00+00:00"


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = NotificationRules(backend)
    path = "/api/v2/monitor/notification_rule"
    return [
        Route(path, family.create, methods=["POST"]),
        Route(path, family.list, methods=["GET"]),
        Route(path + "/{id}", family.get, methods=["GET"]),
        Route(path + "/{id}", family.update, methods=["PATCH"]),
        Route(path + "/{id}", family.delete, methods=["DELETE"]),
    ]


class NotificationRules:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create; it says that it was never modified."""
        checked = _checked(attributes(await json_body(request)))
        clocks = {"created_at": iso(self._backend.now_s()), "modified_at": _NEVER}
        made = {"type": "monitor-notification-rule", "id": str(uuid.uuid4()), "attributes": {**checked, **clocks}}
        await run_in_threadpool(self._objects.put, KIND, str(made["id"]), made)
        return answer(_whole(made))

    async def get(self, request: Request) -> Response:
        """Return one; who made it only when that is asked."""
        found = await self._found(request)
        return answer(_whole(found) if request.query_params.get("include") else {"data": found})

    async def list(self, request: Request) -> Response:
        """Return a page."""
        size = integer(request, "per_page", 100, highest=1000) or 100
        page = integer(request, "page", 0, highest=10**6)
        everything = await run_in_threadpool(self._objects.all, KIND)
        return answer({"data": everything[page * size : (page + 1) * size]})

    async def update(self, request: Request) -> Response:
        """Replace what it says."""
        given = attributes(await json_body(request))
        old = await self._found(request)
        checked = _checked(given)
        clocks = {"created_at": old["attributes"]["created_at"], "modified_at": iso(self._backend.now_s())}
        made = {**old, "attributes": {**checked, **clocks}}
        await run_in_threadpool(self._objects.put, KIND, old["id"], made)
        return answer(_whole(made))

    async def delete(self, request: Request) -> Response:
        """Delete."""
        found = await self._found(request)
        await run_in_threadpool(self._objects.delete, KIND, found["id"])
        return Response(status_code=204)

    async def _found(self, request: Request) -> dict[str, Any]:
        found = await run_in_threadpool(self._objects.get, KIND, request.path_params["id"])
        if found is None:
            raise Refusal(404, "Monitor Notification Rule not found")
        return found


def _whole(made: Mapping[str, Any]) -> dict[str, Any]:
    return {"data": {**made, "relationships": {"created_by": people.REFERENCE}}, "included": people.included()}


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    unknown = next((each for each in given if each not in _KNOWN), None)
    if unknown is not None:
        raise Refusal(400, f"Additional properties are not allowed ('{unknown}' was unexpected)")
    fields.text(given, "name", longest=fields.MAX_NAME)
    chosen = fields.mapping(given, "filter")
    if len(chosen.keys() & {"tags", "scope"}) != 1:
        raise Refusal(400, "Invalid filter: one of 'tags' and 'scope' is required")
    if "tags" in chosen:
        fields.items(chosen, "tags", str)
    if (given.get("recipients") is None) == (given.get("conditional_recipients") is None):
        raise Refusal(400, "Invalid recipients: one of 'recipients' and 'conditional_recipients' is required")
    if any(each.startswith("@") for each in _recipients(given)):
        raise Refusal(400, "Invalid recipients: Recipient handle should not start with '@'")
    return {key: given[key] for key in _KNOWN if given.get(key) is not None}


def _recipients(given: Mapping[str, Any]) -> Iterator[str]:
    if given.get("recipients") is not None:
        yield from fields.items(given, "recipients", str)
        return
    conditional = fields.mapping(given, "conditional_recipients")
    for each in [*fields.items(conditional, "conditions", dict), conditional]:
        for key in ("recipients", "fallback_recipients"):
            if each.get(key) is not None:
                yield from fields.items(each, key, str)
