"""`/api/v2/powerpacks`."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_local.api import fields, people
from sightline_local.api.answers import Refusal, answer, integer, json_body
from sightline_local.api.envelope import attributes, offset_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

KIND = "powerpack"
_INCLUDED = [
    {
        "type": "users",
        "id": people.USER_ID,
        "attributes": {"name": people.AUTHOR["name"], "email": people.HANDLE},
    }
]


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Powerpacks(backend)
    return [
        Route("/api/v2/powerpacks", family.create, methods=["POST"]),
        Route("/api/v2/powerpacks", family.list, methods=["GET"]),
        Route("/api/v2/powerpacks/{id}", family.get, methods=["GET"]),
        Route("/api/v2/powerpacks/{id}", family.update, methods=["PATCH"]),
        Route("/api/v2/powerpacks/{id}", family.delete, methods=["DELETE"]),
    ]


class Powerpacks:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create; each widget gets an id."""
        checked = _checked(attributes(await json_body(request)))
        made = {
            "type": "powerpack",
            "id": str(uuid.uuid4()),
            "attributes": checked,
            "relationships": {"author": people.REFERENCE},
        }
        await run_in_threadpool(self._objects.put, KIND, str(made["id"]), made)
        return answer({"data": made, "included": _INCLUDED})

    async def get(self, request: Request) -> Response:
        """Return one."""
        return answer({"data": await self._found(request), "included": _INCLUDED})

    async def list(self, request: Request) -> Response:
        """Return a page; the vendor does not count them."""
        limit = integer(request, "page[limit]", 25, highest=1000) or 25
        offset = integer(request, "page[offset]", 0, highest=10**9)
        everything = (await run_in_threadpool(self._objects.all, KIND))[::-1]  # the newest first, as recorded
        shown = everything[offset : offset + limit]
        page = offset_page(request, offset, limit, None)
        return answer({"data": shown, "included": _INCLUDED if shown else [], **page})

    async def update(self, request: Request) -> Response:
        """Change what is given."""
        given = attributes(await json_body(request))
        old = await self._found(request)
        checked = _checked({**old["attributes"], **given})
        made = {**old, "attributes": checked}
        await run_in_threadpool(self._objects.put, KIND, old["id"], made)
        return answer({"data": made, "included": _INCLUDED})

    async def delete(self, request: Request) -> Response:
        """Delete."""
        found = await self._found(request)
        await run_in_threadpool(self._objects.delete, KIND, found["id"])
        return Response(status_code=204)

    async def _found(self, request: Request) -> dict[str, Any]:
        text = request.path_params["id"]
        try:
            uuid.UUID(text)
        except ValueError:
            raise Refusal(404, f"Powerpack has invalid UUID {text} not found") from None
        found = await run_in_threadpool(self._objects.get, KIND, text)
        if found is None:
            raise Refusal(404, f"Powerpack with ID {text} not found")
        return found


_LAYOUT = {"width": 12, "height": 1, "x": 0, "y": 0}
"""Where the vendor puts a group that does not say where it is."""


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    for key in ("group_widget", "name"):
        if given.get(key) is None:
            raise Refusal(400, f"API input validation failed: {{'{key}': ['Missing data for required field.']}}")
    group = fields.mapping(given, "group_widget")
    definition = fields.mapping(group, "definition")
    kind, widgets = definition.get("type"), definition.get("widgets")
    if kind != "group":
        raise Refusal(
            400,
            f"Invalid group widget for powerpack. Error: {kind!r} is not one of ['group']\n\n"
            "Failed validating 'enum' in schema['properties']['type']:\n    {'enum': ['group']}\n\n"
            f"On instance['type']:\n    {kind!r}.",
        )
    if not isinstance(widgets, list) or not all(isinstance(each, dict) for each in widgets):
        raise Refusal(400, "Invalid group widget for powerpack. Error: 'widgets' is a required property")
    numbered = [{"id": secrets.randbelow(2**53), **each} for each in widgets]
    variables = given.get("template_variables")
    return {
        "name": given["name"] if given["name"] == "" else fields.text(given, "name", longest=fields.MAX_NAME),
        "description": fields.text(given, "description") if given.get("description") else "",
        "group_widget": {"layout": _LAYOUT, **group, "definition": {**definition, "widgets": numbered}},
        "template_variables": variables if isinstance(variables, list) else None,
        "tags": list(given["tags"]) if fields.tags(given) else [],
    }
