"""The vendor's intake of single happenings: `POST /api/v1/events` and `/api/v1/check_run`, kept as log records.

They are the records that DogStatsD's events and service checks become, so monitors find both alike.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import JSONResponse
from starlette.routing import Route

from sightline_local.intake import event, logline
from sightline_local.intake.bodies import FullError, RefusedError, read_body, room_for
from sightline_local.store.columns import LogColumns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.intake.counters import Counter
    from sightline_local.store import Store

OLDEST_S = 18 * 3600
"""An event may be 18 hours old (the vendor's `PostEvent`)."""
MOST_CHECKS = 1000
MOST_TAGS = 100
_LEVELS = {"error": "error", "warning": "warning"}
_CHECKS = (("OK", "info"), ("WARNING", "warning"), ("CRITICAL", "error"), ("UNKNOWN", "warning"))


class Happenings:
    """Routes of the API port that take events and service checks."""

    def __init__(self, store: Store, counter: Counter, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._counter = counter
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/v1/events", self._taking(self._event), methods=["POST"]),
            Route("/api/v1/check_run", self._taking(self._checks), methods=["POST"]),
        ]

    def _taking(self, take: Callable[[Any], Awaitable[dict[str, Any]]]) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            try:
                return JSONResponse(await take(await self._body(request)), 202)
            except RefusedError as error:
                return self._refused(error)

        return handle

    async def _event(self, body: Any) -> dict[str, Any]:
        """Keep an event; the answer is the vendor's, with an id."""
        if not isinstance(body, dict) or not isinstance(body.get("title"), str):
            raise RefusedError(400, "the body is no event: it has no title")
        now = self._clock()
        at = _moment(body.get("date_happened"), now)
        if at < now - OLDEST_S:
            raise RefusedError(400, "Event too far in the past")
        text, tags = str(body.get("text") or ""), _tags(body)
        level = _LEVELS.get(str(body.get("alert_type")), "info")
        kept = event.record(body["title"], text, level, tags, body)
        await self._keep([(kept, tags, at)])
        number = int(kept["event"]["id"])
        shown = {
            "id": number,
            "id_str": str(number),
            "title": body["title"],
            "text": text,
            "date_happened": int(at),
            "handle": None,
            "priority": body.get("priority") if isinstance(body.get("priority"), str) else None,
            "related_event_id": None,
            "tags": tags,
            "url": f"/event/event?id={number}",
        }
        return {"status": "ok", "event": shown}

    async def _checks(self, body: Any) -> dict[str, Any]:
        """Keep the runs of service checks."""
        runs = body if isinstance(body, list) else [body]
        if not runs or len(runs) > MOST_CHECKS or not all(_is_run(each) for each in runs):
            raise RefusedError(400, f"the body is no list of 1 to {MOST_CHECKS} service checks")
        now = self._clock()
        await self._keep([(_record(each), _tags(each), _moment(each.get("timestamp"), now)) for each in runs])
        return {"status": "ok"}

    async def _body(self, request: Request) -> Any:
        try:
            return orjson.loads(await read_body(request))
        except orjson.JSONDecodeError as error:
            raise RefusedError(400, f"the body is no JSON: {error}") from error

    async def _keep(self, kept: Sequence[tuple[dict[str, Any], Sequence[str], float]]) -> None:
        columns = LogColumns()
        for record, tags, at in kept:
            for tag in tags:
                key, colon, value = tag.partition(":")
                if colon and key not in record:
                    record[key] = value
            logline.append(columns, {**record, "timestamp": at}, service="unknown", now_ns=int(at * 1e9))
        await room_for(self._store, len(columns))
        taken = self._store.offer_logs(columns)
        self._counter.settle(len(columns), taken=taken)
        if not taken:
            raise FullError

    def _refused(self, error: RefusedError) -> Response:
        headers = {"retry-after": "1"} if isinstance(error, FullError) else {}
        if not headers:
            self._counter.settle(0, taken=True, rejected=1)
        return JSONResponse({"errors": [error.reason]}, error.status, headers)


def _is_run(run: Any) -> bool:
    if not isinstance(run, dict) or not isinstance(run.get("check"), str):
        return False
    status = run.get("status")
    return not isinstance(status, bool) and status in range(len(_CHECKS))


def _record(run: dict[str, Any]) -> dict[str, Any]:
    word, level = _CHECKS[run["status"]]
    said = run.get("message") if isinstance(run.get("message"), str) else ""
    host = run.get("host_name")
    record = {"message": f"{run['check']} is {word} {said}".strip(), "level": level, "dogstatsd": "service check"}
    record |= {"check": run["check"], "check_status": run["status"]}
    return record | ({"host": host} if isinstance(host, str) and host else {})


def _tags(body: dict[str, Any]) -> list[str]:
    tags = body.get("tags")
    if tags is None:
        return []
    if not isinstance(tags, list) or len(tags) > MOST_TAGS or not all(isinstance(each, str) for each in tags):
        raise RefusedError(400, f"`tags` is no list of up to {MOST_TAGS} texts")
    return list(tags)


def _moment(value: Any, now: float) -> float:
    if value is None:
        return now
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not 0 < value < 1e11
    ):
        raise RefusedError(400, "a time is no number of seconds")
    return float(value)
