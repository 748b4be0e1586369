"""`/api/v2/downtime` and `/api/v2/monitor/{id}/downtime_matches`: the newer form of the same downtimes."""

from __future__ import annotations

import datetime as dt
import uuid
import zoneinfo
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.recurrence import check
from sightline_local.api import fields, people
from sightline_local.api.answers import Refusal, answer, integer, json_body
from sightline_local.api.downtime_match import KIND, muting
from sightline_local.api.downtime_times import DURATION, active, begin, rules_of, stretch
from sightline_local.api.downtimes import END_STATES, END_TYPES, FIRST_ID, new, status
from sightline_local.api.envelope import attributes, iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

MOST_RECURRENCES = 5
_KNOWN = (
    "display_timezone",
    "message",
    "monitor_identifier",
    "mute_first_recovery_notification",
    "notify_end_states",
    "notify_end_types",
    "schedule",
    "scope",
)


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = DowntimesV2(backend)
    return [
        Route("/api/v2/downtime", family.create, methods=["POST"]),
        Route("/api/v2/downtime", family.list, methods=["GET"]),
        Route("/api/v2/downtime/{id}", family.get, methods=["GET"]),
        Route("/api/v2/downtime/{id}", family.update, methods=["PATCH"]),
        Route("/api/v2/downtime/{id}", family.delete, methods=["DELETE"]),
        Route("/api/v2/monitor/{id}/downtime_matches", family.matches, methods=["GET"]),
    ]


class DowntimesV2:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Schedule one."""
        now = self._backend.now_s()
        checked = _checked(attributes(await json_body(request)), now)
        number = await run_in_threadpool(self._objects.next_number, KIND, FIRST_ID)
        made = new(number, checked, now)
        await run_in_threadpool(self._objects.put, KIND, str(number), made)
        return answer(self._whole(made))

    async def get(self, request: Request) -> Response:
        """Return one; who made it only when that is asked."""
        found = await self._found(request)
        return answer(self._whole(found) if request.query_params.get("include") else {"data": self._shown(found)})

    async def list(self, request: Request) -> Response:
        """Return a page of those that are not cancelled."""
        limit = integer(request, "page[limit]", 30, highest=1000) or 30
        offset = integer(request, "page[offset]", 0, highest=10**9)
        now = self._backend.now_s()
        current = request.query_params.get("current_only") == "true"
        everything = await run_in_threadpool(self._objects.all, KIND)
        kept = [each for each in everything if each["canceled"] is None and (not current or active(each, now))]
        found = [self._shown(each) for each in kept[offset : offset + limit]]
        return answer({"data": found, "meta": {"page": {"total_filtered_count": len(kept)}}})

    async def update(self, request: Request) -> Response:
        """Change what is given."""
        given = attributes(await json_body(request))
        old = await self._found(request)
        now = self._backend.now_s()
        checked = _checked({**_known(old), **given}, now)
        made = {**old, **checked, "modified": now}
        await run_in_threadpool(self._objects.put, KIND, str(old["id"]), made)
        return answer(self._whole(made))

    async def delete(self, request: Request) -> Response:
        """Cancel; it can still be read."""
        found = await self._found(request, f"Downtime {request.path_params['id']} not found")
        if found["canceled"] is None:
            cancelled = {**found, "canceled": self._backend.now_s()}
            await run_in_threadpool(self._objects.put, KIND, str(found["id"]), cancelled)
        return Response(status_code=204)

    async def matches(self, request: Request) -> Response:
        """Return what mutes a monitor now."""
        text = request.path_params["id"]
        monitor = await run_in_threadpool(self._objects.get, "monitor", text)
        if monitor is None:
            raise Refusal(404, f"Monitor with id {text} not found")
        data = [
            {
                "type": "downtime_match",
                "id": each["uuid"],
                "attributes": {
                    "groups": ["*"],
                    "scope": " AND ".join(each["scope"]),
                    "start": iso(start),
                    "end": None if end is None else iso(end),
                },
            }
            for each, (start, end) in await run_in_threadpool(muting, self._backend, monitor)
        ]
        return answer({"data": data, "meta": {"page": {"total_filtered_count": len(data)}}})

    async def _found(self, request: Request, otherwise: str = "Downtime not found") -> dict[str, Any]:
        wanted = request.path_params["id"]
        try:
            uuid.UUID(wanted)
        except ValueError:
            raise Refusal(400, "Invalid URL param: downtime_id must be an uuid") from None
        everything = await run_in_threadpool(self._objects.all, KIND)
        found = next((each for each in everything if each["uuid"] == wanted), None)
        if found is None:
            raise Refusal(404, otherwise)
        return found

    def _shown(self, body: Mapping[str, Any]) -> dict[str, Any]:
        now = self._backend.now_s()
        clocks = {
            "status": status(body, now),
            "created": iso(body["created"]),
            "modified": iso(body["modified"]),
            "canceled": None if body["canceled"] is None else iso(body["canceled"]),
        }
        return {"type": "downtime", "id": body["uuid"], "attributes": {**_known(body), **_current(body, now), **clocks}}

    def _whole(self, body: Mapping[str, Any]) -> dict[str, Any]:
        monitor = body["monitor_id"]
        relation = None if monitor is None else {"type": "monitors", "id": str(monitor)}
        relations = {"monitor": {"data": relation}, "created_by": people.REFERENCE}
        return {"data": {**self._shown(body), "relationships": relations}, "included": people.included()}


def _current(body: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return the schedule of one that comes again with its current time; of a cancelled one as it was then."""
    if not rules_of(body) or "recurrences" not in (body.get("schedule") or {}):
        return {}
    found = stretch(body, now if body["canceled"] is None else body["canceled"])
    # Without fractions of a second, as recorded.
    times = () if found is None else (dt.datetime.fromtimestamp(each, dt.UTC).isoformat() for each in found if each)
    current = dict(zip(("start", "end"), times, strict=True))
    return {"schedule": {**body["schedule"], "current_downtime": current}}


def _known(body: Mapping[str, Any]) -> dict[str, Any]:
    one_time = {"start": iso(body["start"]), "end": None if body["end"] is None else iso(body["end"])}
    by_id = {"monitor_id": body["monitor_id"]}
    return {
        "display_timezone": body["timezone"],
        "message": body["message"],
        "monitor_identifier": {"monitor_tags": body["monitor_tags"]} if body["monitor_id"] is None else by_id,
        "mute_first_recovery_notification": body["mute_first_recovery_notification"],
        "notify_end_states": body["notify_end_states"],
        "notify_end_types": body["notify_end_types"],
        "schedule": body.get("schedule") or one_time,
        "scope": " AND ".join(body["scope"]),
    }


def _checked(given: Mapping[str, Any], now: int) -> dict[str, Any]:
    unknown = next((each for each in given if each not in _KNOWN), None)
    if unknown is not None:
        raise Refusal(400, f"Additional properties are not allowed ('{unknown}' was unexpected)")
    scope = str(fields.text(given, "scope"))
    if scope != "*" and ":" not in scope:
        raise Refusal(400, "All values must have a key")
    identifier = fields.mapping(given, "monitor_identifier")
    if not identifier.keys() & {"monitor_id", "monitor_tags"}:
        raise Refusal(400, "'monitor_identifier' is a required property")
    monitor_id = identifier.get("monitor_id")
    schedule = fields.mapping(given, "schedule")
    again = _recurring(schedule, now) if "recurrences" in schedule else None
    times = {key: _time(schedule, key) for key in ("start", "end")}
    start, end = times["start"], times["end"]
    made: dict[str, Any] = {
        "start": _begin(again) if again else now if start is None else int(start.timestamp()),
        "end": None if end is None else int(end.timestamp()),
        "monitor_id": None if monitor_id is None else fields.epoch(monitor_id, "monitor_id"),
        "monitor_tags": fields.items(identifier, "monitor_tags", str) if monitor_id is None else ["*"],
        "message": fields.free_text(given, "message"),
        "recurrence": None,
        "timezone": fields.free_text(given, "display_timezone") or "UTC",
        "mute_first_recovery_notification": bool(given.get("mute_first_recovery_notification")),
        "notify_end_states": fields.items(given, "notify_end_states", str)
        if given.get("notify_end_states") is not None
        else list(END_STATES),
        "notify_end_types": fields.items(given, "notify_end_types", str)
        if given.get("notify_end_types") is not None
        else list(END_TYPES),
        "scope": scope.split(" AND "),
    }
    one_time = {key: None if time is None else _written(time, schedule[key]) for key, time in times.items()}
    one_time["start"] = one_time["start"] or iso(now)
    return {**made, "schedule": again or one_time}


def _recurring(schedule: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Check a schedule of times that come again; one that does not say when it begins begins now."""
    timezone = fields.text(schedule, "timezone", required=False) or "UTC"
    recurrences = fields.items(schedule, "recurrences", dict)
    if not 1 <= len(recurrences) <= MOST_RECURRENCES:
        raise Refusal(400, f"A schedule has 1 to {MOST_RECURRENCES} recurrences")
    return {"timezone": timezone, "recurrences": [_recurrence(each, timezone, now) for each in recurrences]}


def _recurrence(given: Mapping[str, Any], timezone: str, now: int) -> dict[str, Any]:
    rule, duration = str(fields.text(given, "rrule")), str(fields.text(given, "duration"))
    if DURATION.fullmatch(duration) is None:
        raise Refusal(400, f"'{duration[:50]}' is not a duration: a whole number and one of m, h, d, w")
    text = fields.text(given, "start", required=False)
    try:
        start = dt.datetime.fromisoformat(text) if text else dt.datetime.fromtimestamp(now, zoneinfo.ZoneInfo(timezone))
        start = start.replace(tzinfo=None)
        made = {"start": start.isoformat(timespec="seconds"), "rrule": rule, "duration": duration}
        check(rule, fields.epoch(begin(made, timezone), "start"), timezone)
    except (NotEvaluatedError, ValueError, OSError, OverflowError, zoneinfo.ZoneInfoNotFoundError) as error:
        raise Refusal(400, f"The value provided for parameter 'recurrences' is invalid: {str(error)[:200]}") from None
    return made


def _begin(schedule: Mapping[str, Any]) -> int:
    return min(begin(each, schedule["timezone"]) for each in schedule["recurrences"])


def _written(time: dt.datetime, given: str) -> str:
    """Write a time as exactly as it was given."""
    return time.isoformat(timespec="microseconds" if "." in given else "auto")


def _time(schedule: Mapping[str, Any], key: str) -> dt.datetime | None:
    text = fields.text(schedule, key, required=False)
    if text is None:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, f"'{text[:50]}' is not a 'date-time'") from None
    found = found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    fields.epoch(found.timestamp(), key)
    return found
