"""`/api/v1/slo/correction` and `/api/v1/slo/{id}/corrections`."""

from __future__ import annotations

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

KIND = "slo_correction"
CATEGORIES = frozenset({"Scheduled Maintenance", "Outside Business Hours", "Deployment", "Other"})


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes; they come before `/api/v1/slo/{id}`, which would take the first for an SLO's."""
    family = Corrections(backend)
    return [
        Route("/api/v1/slo/correction", family.create, methods=["POST"]),
        Route("/api/v1/slo/correction", family.list, methods=["GET"]),
        Route("/api/v1/slo/correction/{id}", family.get, methods=["GET"]),
        Route("/api/v1/slo/correction/{id}", family.update, methods=["PATCH"]),
        Route("/api/v1/slo/correction/{id}", family.delete, methods=["DELETE"]),
        Route("/api/v1/slo/{id}/corrections", family.of_slo, methods=["GET"]),
    ]


class Corrections:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create for one SLO or for those that a query finds; the answer does not know its clocks yet."""
        given = attributes(await json_body(request))
        checked = _checked(given)
        slo_id = checked["slo_id"]
        if slo_id is None and "slo_query" not in checked:
            raise Refusal(400, "Invalid payload: must specify one of slo_id, slo_query")
        if slo_id is not None and await run_in_threadpool(self._objects.get, "slo", slo_id) is None:
            raise Refusal(404, f"SLO not found: {slo_id} not found")
        now = self._backend.now_s()
        made = {
            "type": "correction",
            "id": str(uuid.uuid4()),
            "attributes": {
                **checked,
                "created_at": now,
                "modified_at": now,
                "creator": people.DETAILED,
                "modifier": None,
            },
        }
        await run_in_threadpool(self._objects.put, KIND, str(made["id"]), made)
        fresh = {**made, "attributes": {**made["attributes"], "created_at": None, "modified_at": None}}  # type: ignore[dict-item]  # a mapping of mixed values
        return answer({"data": fresh})

    async def get(self, request: Request) -> Response:
        """Return one."""
        return answer({"data": await self._found(request)})

    async def list(self, request: Request) -> Response:
        """Return a page; `total_filtered_count` counts the page, as in the recordings."""
        limit = integer(request, "limit", 25, highest=1000)
        offset = integer(request, "offset", 0, highest=10**9)
        everything = await run_in_threadpool(self._objects.all, KIND)
        shown = everything[offset : offset + limit]
        page = {"total_count": len(everything), "total_filtered_count": len(shown)}
        return answer({"data": shown, "meta": {"page": page}})

    async def of_slo(self, request: Request) -> Response:
        """Return those of one SLO."""
        slo_id = request.path_params["id"]
        if await run_in_threadpool(self._objects.get, "slo", slo_id) is None:
            raise Refusal(404, f"SLO not found: {slo_id} not found")
        limit = integer(request, "page[limit]", 10, highest=1000) or 10
        offset = integer(request, "page[offset]", 0, highest=10**9)
        kept = [
            each for each in await run_in_threadpool(self._objects.all, KIND) if each["attributes"]["slo_id"] == slo_id
        ]
        return answer({"data": kept[offset : offset + limit], **offset_page(request, offset, limit, len(kept))})

    async def update(self, request: Request) -> Response:
        """Change what is given; what it corrects stays."""
        given = attributes(await json_body(request))
        old = await self._found(request)
        kept = {key: old["attributes"].get(key) for key in _KEYS if old["attributes"].get(key) is not None}
        if given.get("rrule") is not None:
            kept.pop("end", None)
        checked = _checked({**kept, **given, "slo_id": old["attributes"]["slo_id"]})
        now = self._backend.now_s()
        changed = {**old["attributes"], **checked, "modified_at": now, "modifier": people.DETAILED}
        made = {**old, "attributes": changed}
        await run_in_threadpool(self._objects.put, KIND, old["id"], made)
        return answer({"data": made})

    async def delete(self, request: Request) -> Response:
        """Delete."""
        found = await self._found(request)
        await run_in_threadpool(self._objects.delete, KIND, found["id"])
        return Response(status_code=204)

    async def _found(self, request: Request) -> dict[str, Any]:
        correction_id = request.path_params["id"]
        found = await run_in_threadpool(self._objects.get, KIND, correction_id)
        if found is None:
            raise Refusal(404, f"slo correction public id {correction_id} not found")
        return found


_KEYS = ("start", "end", "description", "category", "timezone", "rrule", "duration", "slo_query")


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    fields.one_of(given, "category", CATEGORIES)
    start = fields.epoch(given.get("start"), "start")
    end, duration = (_whole(given, key) for key in ("end", "duration"))
    rrule = fields.text(given, "rrule", required=False)
    if rrule is None and end is None and duration is None:
        raise Refusal(400, "Invalid payload: must specify one of end, rrule with duration")
    if end is not None and end <= start:
        raise Refusal(400, "Invalid payload: end must be after start")
    made: dict[str, Any] = {
        "slo_id": fields.text(given, "slo_id", required=False),
        "start": start,
        "end": end,
        "description": fields.free_text(given, "description") or "",
        "category": given["category"],
        "timezone": fields.text(given, "timezone", required=False) or "UTC",
        "rrule": rrule,
        "duration": duration,
    }
    if given.get("slo_query") is not None:
        made["slo_query"] = fields.text(given, "slo_query")
    return made


def _whole(given: Mapping[str, Any], key: str) -> int | None:
    return None if given.get(key) is None else fields.epoch(given[key], key)
