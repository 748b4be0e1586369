"""`/api/v2/slo/{id}/status`: how an SLO stands between two times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.slo import Count, Target, status
from sightline_datadog.evaluate.slos import measure, read_slo
from sightline_local.api.answers import Refusal, answer, integer
from sightline_local.api.fields import LAST_EPOCH
from sightline_local.sources import sources_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.backend import Backend

KIND = "slo"


def routes(backend: Backend) -> list[Route]:
    """Return the route."""

    async def show(request: Request) -> Response:
        """Return the status over `from_ts` to `to_ts` (Unix seconds), against the SLO's primary target."""
        slo_id = request.path_params["id"]
        body = await run_in_threadpool(backend.objects.get, KIND, slo_id)
        if body is None:
            raise _refusal(404, "Not Found", f"SLO not found: {slo_id} not found")
        start, end = (integer(request, key, 0, highest=LAST_EPOCH) for key in ("from_ts", "to_ts"))
        if not 0 < start < end:
            raise _refusal(400, "Invalid Argument", f"invalid from {start} or to {end} timestamp")
        try:
            target, count = await run_in_threadpool(_measured, backend, body, (start, end))
        except NotEvaluatedError as error:
            raise _refusal(400, "Invalid Argument", f"the status of this SLO is not computed here: {error}") from None
        return answer({"data": {"type": "slo_status", "id": slo_id, "attributes": _attributes(body, target, count)}})

    return [Route("/api/v2/slo/{id}/status", show, methods=["GET"])]


def _measured(backend: Backend, body: dict[str, Any], window: tuple[int, int]) -> tuple[Target, Count]:
    slo = read_slo(body)
    target = slo.target(str(body["timeframe"])) or slo.targets[0]
    return target, measure([(slo, window)], sources_of(backend), backend.now_s())[0]


def _attributes(body: dict[str, Any], target: Target, count: Count) -> dict[str, Any]:
    judged = status(target, count)
    left = None if count.total is None or count.bad is None else count.total * target.budget - count.bad
    unit = "requests" if body["type"] == "metric" else "seconds"
    return {
        "sli": judged.sli,
        "error_budget_remaining": judged.budget_remaining,
        "raw_error_budget_remaining": {"value": left, "unit": unit},
        "state": judged.state,
        "span_precision": 2,
    }


def _refusal(code: int, title: str, detail: str) -> Refusal:
    return Refusal(code, body={"errors": [{"title": title, "detail": detail}]})
