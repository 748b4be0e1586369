"""`/api/v1/slo`."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_datadog.evaluate.formula import NotEvaluatedError
from sightline_datadog.evaluate.slo import TIMEFRAMES, parse_slo
from sightline_datadog.query import parse_metric_query
from sightline_local.api import fields, people
from sightline_local.api.answers import Refusal, answer, integer, json_body, names
from sightline_local.api.overall import overall
from sightline_local.api.slo_count import shown, synthesised
from sightline_local.api.slo_history import history
from sightline_local.api.slo_search import found_attributes, found_page
from sightline_local.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

KIND = "slo"
TYPES = {"metric": 1, "monitor": 0, "time_slice": 2}


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes; the fixed paths come before the one with an id."""
    family = Slos(backend)
    return [
        Route("/api/v1/slo", family.create, methods=["POST"]),
        Route("/api/v1/slo", family.list, methods=["GET"]),
        Route("/api/v1/slo/search", family.search, methods=["GET"]),
        Route("/api/v1/slo/can_delete", family.can_delete, methods=["GET"]),
        Route("/api/v1/slo/bulk_delete", family.bulk_delete, methods=["POST"]),
        Route("/api/v1/slo/{id}/history", family.history, methods=["GET"]),
        Route("/api/v1/slo/{id}", family.get, methods=["GET"]),
        Route("/api/v1/slo/{id}", family.update, methods=["PUT"]),
        Route("/api/v1/slo/{id}", family.delete, methods=["DELETE"]),
    ]


class Slos:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create, with the vendor's defaults."""
        body = checked(await json_body(request))
        now = self._backend.now_s()
        slo_id = uuid.uuid4().hex
        added = {"id": slo_id, "type_id": TYPES[body["type"]], "monitor_tags": [], "creator": people.AUTHOR}
        made = {**body, **added, "created_at": now, "modified_at": now}
        await run_in_threadpool(self._objects.put, KIND, slo_id, made)
        return answer({"data": [shown(made)], "error": None})

    async def get(self, request: Request) -> Response:
        """Return one."""
        return answer({"data": shown(await self._found(request)), "error": None})

    async def list(self, request: Request) -> Response:
        """Return those that match `ids`, `query` (in the name) and `tags_query` (one tag)."""
        limit = integer(request, "limit", 1000, highest=1000)
        offset = integer(request, "offset", 0, highest=10**9)
        everything = await run_in_threadpool(self._objects.all, KIND)
        ids, wanted = names(request, "ids"), request.query_params.get("query", "").lower()
        tag = request.query_params.get("tags_query", "")
        kept = [
            slo
            for slo in everything
            if (not ids or slo["id"] in ids)
            and (not wanted or wanted in slo["name"].lower())
            and (not tag or tag in slo["tags"])
        ]
        if len(set(ids)) < len(ids):
            raise Refusal(400, "All items in parameter 'True' must be unique")
        if ids and not kept:
            listed = ", ".join(f"u'{each}'" for each in ids)  # the vendor's Python 2 shows
            raise Refusal(404, f"no SLOs found for ids: [{listed}] not found")
        page = {"total_count": len(everything), "total_filtered_count": len(kept)}
        found = {"data": [shown(each) for each in kept[offset : offset + limit]], "error": None}
        # What is asked for by its ids is not counted.
        return answer(found if ids else {**found, "metadata": {"page": page}})

    async def search(self, request: Request) -> Response:
        """Return a page of the search's form."""
        size = integer(request, "page[size]", 10, highest=1000) or 10
        number = integer(request, "page[number]", 0, highest=10**6)
        wanted = request.query_params.get("query", "").lower().split()
        everything = await run_in_threadpool(self._objects.all, KIND)
        kept = [slo for slo in everything if all(_matches(slo, word) for word in wanted)]
        page = kept[number * size : (number + 1) * size]
        stand = await run_in_threadpool(self._overall, page)
        found = [
            {"data": {"type": "slo", "id": slo["id"], "attributes": found_attributes(slo, stand[slo["id"]])}}
            for slo in page
        ]
        return answer(found_page(request, found, number, size, len(kept)))

    async def history(self, request: Request) -> Response:
        """Return how a metric SLO stood between two times, in buckets."""
        found = await self._found(request, "SLO ID: {id} not found")
        start, end = (integer(request, key, 0, highest=10**11) for key in ("from_ts", "to_ts"))
        if not 0 < start < end:
            raise Refusal(400, f"The timeframe is incorrect: invalid from {start} or to {end} timestamp")
        corrections = [
            each
            for each in await run_in_threadpool(self._objects.all, "slo_correction")
            if each["attributes"]["slo_id"] == found["id"]
        ]
        try:
            body = await run_in_threadpool(self._history, found, (start, end), corrections)
        except NotEvaluatedError as error:
            raise Refusal(400, f"The history of this SLO is not computed here: {error}") from None
        return answer({"data": body, "errors": None})

    def _overall(self, page: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return overall(page, self._backend.now_s(), sources_of(self._backend))

    def _history(self, slo: Mapping[str, Any], window: tuple[int, int], corrections: Sequence[Any]) -> dict[str, Any]:
        return history(slo, window, corrections, sources_of(self._backend))

    async def update(self, request: Request) -> Response:
        """Replace what may change; the type may not, and is not read."""
        given = await json_body(request)
        _name(given)
        old = await self._found(request)
        body = checked({**given, "type": old["type"]})
        kept = {key: old[key] for key in ("id", "type_id", "monitor_tags", "creator", "created_at")}
        made = {**body, **kept, "modified_at": self._backend.now_s()}
        await run_in_threadpool(self._objects.put, KIND, old["id"], made)
        return answer({"data": [shown(made)], "error": None})

    async def can_delete(self, request: Request) -> Response:
        """Say which may be deleted: those that no dashboard shows."""
        ids = names(request, "ids")
        if not ids:
            raise Refusal(400, "The value provided for parameter 'ids are required' is invalid")
        blocked = {each: reason for each in ids if (reason := await self._reference(each))}
        body: dict[str, Any] = {"data": {"ok": [each for each in ids if each not in blocked]}}
        if blocked:
            return answer({**body, "errors": blocked}, 409)
        return answer(body)

    async def delete(self, request: Request) -> Response:
        """Delete, unless a dashboard shows it and `force` is not said."""
        found = await self._found(request)
        reason = await self._reference(found["id"])
        if reason and request.query_params.get("force") != "true":
            raise Refusal(409, body={"data": [], "errors": {found["id"]: reason}})
        await run_in_threadpool(self._objects.delete, KIND, found["id"])
        return answer({"data": [found["id"]], "error": None})

    async def bulk_delete(self, request: Request) -> Response:
        """Take timeframes from SLOs: one that loses its last is deleted, the others are changed."""
        wanted = await json_body(request)
        if not wanted:
            raise Refusal(400, "'1' is invalid")
        if not all(isinstance(each, list) for each in wanted.values()):
            raise Refusal(400, "The value provided for parameter 'timeframes' is invalid: expected a list of strings")
        return answer(await run_in_threadpool(self._take_timeframes, wanted))

    def _take_timeframes(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        deleted, updated, errors = [], [], []
        for slo_id, timeframes in wanted.items():
            slo = self._objects.get(KIND, slo_id)
            if slo is None:
                errors.append({"id": slo_id, "message": f"SLO not found: {slo_id} not found", "timeframe": "all"})
                continue
            left = [each for each in slo["thresholds"] if each["timeframe"] not in timeframes]
            if left:
                updated.append(slo_id)
                self._objects.put(KIND, slo_id, {**slo, "thresholds": left, **_primary(left, slo)})
            else:
                deleted.append(slo_id)
                self._objects.delete(KIND, slo_id)
        return {"data": {"deleted": deleted, "updated": updated or None, "deleted_monitors": []}, "errors": errors}

    async def _found(self, request: Request, otherwise: str = "SLO not found: {id} not found") -> dict[str, Any]:
        slo_id = request.path_params["id"]
        found = await run_in_threadpool(self._objects.get, KIND, slo_id)
        if found is None:
            raise Refusal(404, otherwise.format(id=slo_id))
        return found

    async def _reference(self, slo_id: str) -> str:
        for dashboard in await run_in_threadpool(self._objects.all, "dashboard"):
            if f'"{slo_id}"' in json.dumps(dashboard["widgets"]):
                return f"SLO is referenced in dashboard: {dashboard['id']}"
        return ""


def _matches(slo: Mapping[str, Any], word: str) -> bool:
    return word in slo["name"].lower() or word in slo["tags"]


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return an SLO's body with the vendor's defaults.

    Raises:
        Refusal: it is not one that the vendor takes.
    """
    name = _name(body)
    kind = fields.text(body, "type")
    if kind not in TYPES:
        raise Refusal(400, f"Invalid payload: unknown type '{kind}'")
    made: dict[str, Any] = {
        "type": kind,
        "name": name,
        "description": fields.text(body, "description", required=False) or "",
        "tags": fields.tags(body),
        "thresholds": _thresholds(body),
    }
    made |= _primary(made["thresholds"], body)
    for key in ("query", "sli_specification"):
        if body.get(key) is not None:
            made[key] = fields.mapping(body, key)
    slice_ = made.get("sli_specification", {}).get("time_slice")
    if isinstance(slice_, dict):
        made["sli_specification"] = {**made["sli_specification"], "time_slice": {**slice_, **_interval(slice_)}}
    for key, kind_of_item in (("monitor_ids", int), ("groups", str)):
        if body.get(key):
            made[key] = fields.items(body, key, kind_of_item)
    if kind == "monitor" and not made.get("monitor_ids"):
        raise Refusal(400, "Invalid payload: must specify monitor_ids")
    if kind == "metric":
        _check_counts(made)
    return made


def _name(body: Mapping[str, Any]) -> str:
    try:
        return fields.named(body, "name")
    except Refusal as refusal:
        raise Refusal(400, f"Invalid payload: {refusal}") from None


def _primary(thresholds: Sequence[Mapping[str, Any]], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the timeframe that counts, with its numbers: the one that was chosen, else the first."""
    chosen = next((each for each in thresholds if each["timeframe"] == body.get("timeframe")), thresholds[0])
    warning = {"warning_threshold": chosen["warning"]} if "warning" in chosen else {}
    return {"timeframe": chosen["timeframe"], "target_threshold": chosen["target"], **warning}


def _thresholds(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    value = body.get("thresholds")
    if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
        raise Refusal(400, "Invalid payload: must specify at least one threshold")
    result = []
    for each in value:
        timeframe, target = each.get("timeframe"), fields.number(each.get("target"), "target")
        if not isinstance(timeframe, str) or timeframe not in TIMEFRAMES:
            raise Refusal(400, f"Invalid payload: invalid timeframe '{timeframe}'")
        if not 0 < target < 100:
            raise Refusal(400, "Invalid payload: target must be a positive number between (0.0, 100.0)")
        made = {"timeframe": timeframe, "target": target, "target_display": _display(target)}
        if each.get("warning") is not None:
            warning = fields.number(each["warning"], "warning")
            if not target < warning < 100:
                raise Refusal(400, "Invalid payload: warning must be greater than target")
            made |= {"warning": warning, "warning_display": _display(warning)}
        result.append(made)
    if len({each["timeframe"] for each in result}) != len(result):
        raise Refusal(400, "Invalid payload: a timeframe is given twice")
    return result


def _interval(slice_: Mapping[str, Any]) -> dict[str, Any]:
    return {"query_interval_seconds": slice_.get("query_interval_seconds") or 300}


def _display(value: float) -> str:
    """`99.0` is shown as `99.`, as in the recordings."""
    return f"{value:.3f}".rstrip("0")


def _check_counts(made: dict[str, Any]) -> None:
    specification = made.get("sli_specification")
    if not made.get("query") and not specification:
        raise Refusal(400, "Invalid payload: must specify the query for count types")
    try:
        if specification:
            count = specification["count"]
            texts = [each["query"] for each in count["queries"]]
            made.setdefault("query", synthesised(count))
        else:
            texts = [made["query"]["numerator"], made["query"]["denominator"]]
        for text in texts:
            _, problems = parse_metric_query(text)
            if problems:
                raise Refusal(400, f"Invalid payload: invalid query: {problems[0].message}: {text}")
        parse_slo(made)
    except (KeyError, TypeError, AttributeError) as error:
        raise Refusal(400, f"Invalid payload: the count of an SLO is not complete: {error}") from None
    except NotEvaluatedError as error:
        raise Refusal(400, f"Invalid payload: {error}") from None
