"""Results and uptimes of synthetics tests: none, since the tests are kept here and not run from here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, json_body

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

KIND = "synthetics"
NOT_RUN = "tests are not run from here"


def routes(backend: Backend) -> list[Route]:
    """Return the routes; those with `browser` in them come before the ones with an id in its place."""
    family = Results(backend)
    base = "/api/v1/synthetics/tests"
    return [
        Route(base + "/uptimes", family.uptimes, methods=["POST"]),
        Route(base + "/browser/{id}/results", family.latest, methods=["GET"]),
        Route(base + "/browser/{id}/results/{result_id}", family.one, methods=["GET"]),
        Route(base + "/{id}/results", family.latest, methods=["GET"]),
        Route(base + "/{id}/results/{result_id}", family.one, methods=["GET"]),
    ]


class Results:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def latest(self, request: Request) -> Response:
        """Return no results."""
        await self._found(request.path_params["id"])
        return answer({"last_timestamp_fetched": self._backend.now_s() * 1000, "results": []})

    async def one(self, request: Request) -> Response:
        """Return that there is no such result."""
        await self._found(request.path_params["id"])
        raise Refusal(404, f"Synthetics result not found: {NOT_RUN}")

    async def uptimes(self, request: Request) -> Response:
        """Return each test without an uptime, and why it has none."""
        body = await json_body(request)
        ids = fields.items(body, "public_ids", str)
        if not ids:
            raise Refusal(400, "Minimum number of elements in parameter 'public_ids' should be 1")
        start, end = (fields.epoch(body.get(key), key) for key in ("from_ts", "to_ts"))
        tests = [await self._found(each) for each in ids]
        return answer([_uptime(each, start, end) for each in tests])

    async def _found(self, public_id: str) -> dict[str, Any]:
        found = await run_in_threadpool(self._objects.get, KIND, public_id)
        if found is None:
            raise Refusal(404, "Synthetics test not found")
        return found


def _uptime(test: dict[str, Any], start: int, end: int) -> dict[str, Any]:
    overall = {
        "name": test["options"].get("monitor_name") or f"[Synthetics] {test['name']}",
        "preview": False,
        "monitor_type": "synthetics alert",
        "errors": [{"error_type": "no_data", "error_message": NOT_RUN}],
        "span_precision": 0,
        "history": [],
    }
    return {"public_id": test["public_id"], "from_ts": start, "to_ts": end, "overall": overall, "groups": []}
