"""`GET /api/v1/events`: what was posted or came by DogStatsD, and what the evaluator and pipelines told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_local.api.answers import Refusal, answer, integer, names
from sightline_local.api.fields import LAST_EPOCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

PAGE = 1000
_MOST_PAGES = 20
_TOLD = 2000
_TYPES = {"ALERT": "error", "WARN": "warning", "NO DATA": "warning", "OK": "success"}
_RECORDS = 'SELECT at_ns, attributes FROM logs WHERE attributes LIKE \'%"dogstatsd":"event"%\''


def routes(backend: Backend) -> list[Route]:
    """Return the routes; events are posted to the intake."""

    async def find(request: Request) -> Response:
        """Return a page of the events of a window, the newest first."""
        start, end = (_second(request, key) for key in ("start", "end"))
        if start >= end:
            raise Refusal(400, "The value provided for parameter 'start' is invalid: it is not before 'end'")
        page = integer(request, "page", 0, highest=_MOST_PAGES)
        found = await run_in_threadpool(_events, backend, (start, end), PAGE * (page + 1))
        tags, sources = names(request, "tags"), names(request, "sources")
        priority = request.query_params.get("priority")
        kept = [
            each
            for each in found
            if set(tags) <= set(each["tags"])
            and (not sources or each.get("source_type_name", "") in sources)
            and (not priority or each["priority"] == priority)
        ]
        return answer({"events": kept[PAGE * page : PAGE * (page + 1)], "status": "ok"})

    async def get(request: Request) -> Response:
        """Return one by its id."""
        text = request.path_params["id"]
        if not (text.isascii() and text.isdigit() and len(text) <= 20):
            raise Refusal(400, "The value provided for parameter 'event_id' is invalid")
        found = await run_in_threadpool(_event, backend, text)
        if found is None:
            raise Refusal(404, f"No event matches that event_id: {text}")
        return answer({"event": found, "status": "ok"})

    return [Route("/api/v1/events", find, methods=["GET"]), Route("/api/v1/events/{id}", get, methods=["GET"])]


def _second(request: Request, name: str) -> int:
    if not request.query_params.get(name):
        raise Refusal(400, f"The parameter '{name}' is required")
    return integer(request, name, 0, highest=LAST_EPOCH)


def _events(backend: Backend, window: tuple[int, int], most: int) -> list[dict[str, Any]]:
    sql = f"{_RECORDS} AND at_ns >= ? AND at_ns < ? ORDER BY at_ns DESC LIMIT ?"
    rows = backend.store.rows(sql, (window[0] * 10**9, window[1] * 10**9, most))
    posted = [_posted(at_ns, orjson.loads(attributes)) for at_ns, attributes in rows]
    told = [_told(each) for each in backend.standings.events(_TOLD)]
    found = [each for each in posted if each is not None]
    found += [each for each in told if window[0] <= each["date_happened"] < window[1]]
    return sorted(found, key=lambda each: each["date_happened"], reverse=True)


def _event(backend: Backend, number: str) -> dict[str, Any] | None:
    told = next((each for each in backend.standings.events(_TOLD) if str(each["id"]) == number), None)
    if told is not None:
        return _told(told)
    rows = backend.store.rows(f"{_RECORDS} AND attributes LIKE ?", (f'%"id":"{number}"%',))
    found = [_posted(at_ns, orjson.loads(attributes)) for at_ns, attributes in rows]
    return next((each for each in found if each is not None and each["id_str"] == number), None)


def _posted(at_ns: int, attributes: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an event of the store; None of one that is no longer told in full (its attributes were too deep)."""
    said = attributes.get("event")
    if not isinstance(said, dict) or "id" not in said:
        return None
    return _shown(said["id"], at_ns // 10**9, {"alert_type": "info", "priority": "normal", **said})


def _told(event: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: event[key] for key in ("title", "text", "tags")}
    source = "alert" if event["kind"] == "monitor" else event["kind"]
    kind = _TYPES.get(str(event["state"]), "info")
    said |= {"alert_type": kind, "priority": "normal", "source_type_name": source}
    return _shown(str(event["id"]), event["at"] // 1000, said)


def _shown(number: str, at: int, said: Mapping[str, Any]) -> dict[str, Any]:
    own = {"id": int(number), "id_str": number, "date_happened": at, "url": f"/event/event?id={number}"}
    return {**said, **own}
