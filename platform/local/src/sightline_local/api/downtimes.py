"""`/api/v1/downtime`: the older form, which is also how a downtime is kept."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_local.api import fields, people
from sightline_local.api.answers import Refusal, answer, json_body
from sightline_local.api.downtime_match import KIND
from sightline_local.api.downtime_times import active, stretch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

FIRST_ID = 2_000_001
END_STATES = ["alert", "no data", "warn"]
END_TYPES = ["expired"]
_WEEK_DAYS = frozenset({"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"})


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Downtimes(backend)
    return [
        Route("/api/v1/downtime", family.create, methods=["POST"]),
        Route("/api/v1/downtime", family.list, methods=["GET"]),
        Route("/api/v1/downtime/cancel/by_scope", family.cancel, methods=["POST"]),
        Route("/api/v1/downtime/{id}", family.get, methods=["GET"]),
        Route("/api/v1/downtime/{id}", family.update, methods=["PUT"]),
        Route("/api/v1/downtime/{id}", family.delete, methods=["DELETE"]),
        Route("/api/v1/monitor/{id}/downtimes", family.of_monitor, methods=["GET"]),
    ]


class Downtimes:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Schedule one."""
        now = self._backend.now_s()
        checked = _checked(await json_body(request), now)
        monitor_id = checked["monitor_id"]
        if monitor_id is not None and await run_in_threadpool(self._objects.get, "monitor", str(monitor_id)) is None:
            raise Refusal(400, "monitor_id does not exist")
        number = await run_in_threadpool(self._objects.next_number, KIND, FIRST_ID)
        made = new(number, checked, now)
        await run_in_threadpool(self._objects.put, KIND, str(number), made)
        return answer(shown(made, now))

    async def get(self, request: Request) -> Response:
        """Return one."""
        found = await self._found(request, "Downtime not found")
        return answer(shown(found, self._backend.now_s()))

    async def list(self, request: Request) -> Response:
        """Return all, or those that mute now."""
        now = self._backend.now_s()
        everything = await run_in_threadpool(self._objects.all, KIND)
        current = request.query_params.get("current_only") == "true"
        kept = [shown(each, now) for each in everything if not current or active(each, now)]
        if request.query_params.get("with_creator") == "true":
            kept = [{**each, "creator": people.CREATOR} for each in kept]
        return answer(kept)

    async def of_monitor(self, request: Request) -> Response:
        """Return those that name a monitor."""
        now = self._backend.now_s()
        everything = await run_in_threadpool(self._objects.all, KIND)
        return answer([shown(each, now) for each in everything if str(each["monitor_id"]) == request.path_params["id"]])

    async def update(self, request: Request) -> Response:
        """Change what is given."""
        given = await json_body(request)
        old = await self._found(request, "Downtime not found")
        now = self._backend.now_s()
        checked = _checked({**old, **given}, now)
        made = {**old, **checked, "modified": now, "updater_id": people.NUMBER}
        made.pop("schedule", None)  # the newer form's words for what was changed here
        await run_in_threadpool(self._objects.put, KIND, str(old["id"]), made)
        # A change is a new version at the vendor, whose own id the answer does not know.
        return answer({**shown(made, now), "uuid": None})

    async def delete(self, request: Request) -> Response:
        """Cancel; it can still be read."""
        found = await self._found(request, f"Downtime {request.path_params['id']} not found")
        await run_in_threadpool(self._cancel, found)
        return Response(status_code=204)

    async def cancel(self, request: Request) -> Response:
        """Cancel every one with exactly this scope."""
        scope = (await json_body(request)).get("scope")
        if not isinstance(scope, str) or not scope:
            raise Refusal(400, "Expected scope")
        wanted = scope.split(",")
        everything = await run_in_threadpool(self._objects.all, KIND)
        met = [each for each in everything if each["canceled"] is None and each["scope"] == wanted]
        if not met:
            raise Refusal(404, "No downtimes found")
        for each in met:
            await run_in_threadpool(self._cancel, each)
        return answer({"cancelled_ids": [each["id"] for each in met]})

    def _cancel(self, found: Mapping[str, Any]) -> None:
        if found["canceled"] is None:
            now = self._backend.now_s()
            self._objects.put(KIND, str(found["id"]), {**found, "canceled": now, "updater_id": people.NUMBER})

    async def _found(self, request: Request, otherwise: str) -> dict[str, Any]:
        found = await run_in_threadpool(self._objects.get, KIND, request.path_params["id"])
        if found is None:
            raise Refusal(404, otherwise)
        return found


def new(number: int, checked: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return a downtime that was scheduled now."""
    return {
        "id": number,
        "org_id": 1,
        "canceled": None,
        "created": now,
        "modified": now,
        "disabled": False,
        "parent_id": None,
        "child_id": None,
        "creator_id": people.NUMBER,
        "updater_id": None,
        "uuid": str(uuid.uuid4()),
        **checked,
    }


def shown(body: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return what depends on the time as well; what only the newer form knows stays out."""
    on = active(body, now)
    one_host = len(body["scope"]) == 1 and body["scope"][0].startswith("host:")
    kind = 0 if body["scope"] == ["*"] else 1 if one_host else 2
    known = {key: value for key, value in body.items() if key != "schedule"}
    return {**known, "active": on, "downtime_type": kind, "status": status(body, now)}


def status(body: Mapping[str, Any], now: int) -> str:
    """Say where it stands."""
    if body["canceled"] is not None:
        return "canceled"
    found = stretch(body, now)
    if found is not None and found[0] > now:
        return "scheduled"
    return "active" if active(body, now) else "ended"


def _checked(body: Mapping[str, Any], now: int) -> dict[str, Any]:
    scope = body.get("scope")
    scope = [scope] if isinstance(scope, str) else scope
    if not isinstance(scope, list) or not scope or not all(isinstance(each, str) for each in scope):
        raise Refusal(400, "Invalid scope parameter")
    whole = {
        key: None if body.get(key) is None else fields.epoch(body[key], key) for key in ("start", "end", "monitor_id")
    }
    start = now if whole["start"] is None else whole["start"]
    if whole["end"] is not None and whole["end"] <= start:
        raise Refusal(400, "Downtime end must be after its start")
    return {
        **whole,
        "start": start,
        "message": fields.free_text(body, "message"),
        "recurrence": _recurrence(body),
        "timezone": fields.text(body, "timezone", required=False) or "UTC",
        "monitor_tags": sorted(fields.items(body, "monitor_tags", str)) if body.get("monitor_tags") else ["*"],
        "mute_first_recovery_notification": bool(body.get("mute_first_recovery_notification")),
        "notify_end_types": fields.items(body, "notify_end_types", str)
        if body.get("notify_end_types")
        else list(END_TYPES),
        "notify_end_states": fields.items(body, "notify_end_states", str)
        if body.get("notify_end_states")
        else list(END_STATES),
        "scope": scope,
    }


def _recurrence(body: Mapping[str, Any]) -> dict[str, Any] | None:
    given = fields.mapping(body, "recurrence")
    if not given:
        return None
    if given.get("type") not in ("days", "weeks", "months", "years", "rrule"):
        raise Refusal(400, "Invalid recurrence type")
    days = given.get("week_days")
    if days is not None and not (isinstance(days, list) and all(str(each) in _WEEK_DAYS for each in days)):
        raise Refusal(400, "Invalid set of days in week_days. Be sure that the first letter is capitalized.")
    if given.get("until_occurrences") is not None and given.get("until_date") is not None:
        raise Refusal(400, "You must provide only provide one of (until_occurrences, until_date)")
    if given.get("until_date") is not None:
        fields.epoch(given["until_date"], "recurrence.until_date")
    for key in ("period", "until_occurrences"):
        if given.get(key) is not None and (fields.number(given[key], f"recurrence.{key}") < 1):
            raise Refusal(400, f"The value provided for parameter 'recurrence.{key}' is invalid: expected at least 1")
    if given["type"] == "rrule":
        return {**given, "rrule": fields.text(given, "rrule")}
    return {"until_occurrences": None, "until_date": None, "week_days": None, **given}
