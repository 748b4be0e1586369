"""`/api/v2/metrics/{name}/tags` (metric configurations) and `/api/v1/query`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from sightline_datadog.query import canonical, parse_metric_query, tree
from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, integer, json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from sightline_local.backend import Backend

KIND = "metric"
TYPES = frozenset({"gauge", "count", "rate", "distribution"})
MAX_POINTS = 1500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,199}")


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Metrics(backend)
    path = "/api/v2/metrics/{name}/tags"
    return [
        Route(path, family.create, methods=["POST"]),
        Route(path, family.get, methods=["GET"]),
        Route(path, family.update, methods=["PATCH"]),
        Route(path, family.delete, methods=["DELETE"]),
        Route("/api/v1/query", family.query, methods=["GET"]),
    ]


class Metrics:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._objects = backend.objects

    async def create(self, request: Request) -> Response:
        """Create the configuration of a metric that has none."""
        name = _name(request)
        if await run_in_threadpool(self._objects.get, KIND, name) is not None:
            raise Refusal(409, f"Tag configuration already exists for metric {name}")
        attributes = _attributes(await json_body(request), name)
        fields.one_of(attributes, "metric_type", TYPES)
        now = self._backend.now_s()
        made = {"include_percentiles": False, "tags": [], **attributes, "created_at": now, "modified_at": now}
        await run_in_threadpool(self._objects.put, KIND, name, made)
        return answer(_document(name, made), 201)

    async def get(self, request: Request) -> Response:
        """Return a configuration."""
        name = _name(request)
        return answer(_document(name, await self._found(name)))

    async def update(self, request: Request) -> Response:
        """Change the fields that are given."""
        name = _name(request)
        old = await self._found(name)
        made = {**old, **_attributes(await json_body(request), name), "metric_type": old["metric_type"]}
        made["modified_at"] = self._backend.now_s()
        await run_in_threadpool(self._objects.put, KIND, name, made)
        return answer(_document(name, made))

    async def delete(self, request: Request) -> Response:
        """Delete."""
        name = _name(request)
        await self._found(name)
        await run_in_threadpool(self._objects.delete, KIND, name)
        return Response(status_code=204)

    async def query(self, request: Request) -> Response:
        """Return the points of one metric query from `from` up to `to` (Unix seconds)."""
        text = request.query_params.get("query", "")
        if not text:
            raise Refusal(400, "Required parameter 'query' is missing")
        expression, problems = parse_metric_query(text)
        if problems:
            raise Refusal(400, f"The value provided for parameter 'query' is invalid: {problems[0].message}")
        if not isinstance(expression, tree.MetricQuery):
            raise Refusal(
                400, "The value provided for parameter 'query' is invalid: formulas are not answered here yet"
            )
        now = self._backend.now_s()
        end = integer(request, "to", now, highest=2**40)
        start = integer(request, "from", end - 3600, highest=2**40)
        if start >= end:
            raise Refusal(400, "The value provided for parameter 'from' is invalid: it is not before 'to'")
        interval = next(each for each in (10, 60, 300, 3600, 86400, 2**41) if (end - start) / each <= MAX_POINTS)
        found = await run_in_threadpool(self._backend.store.source.series, expression, start, end, interval)
        series = [
            {
                "metric": expression.metric,
                "display_name": expression.metric,
                "scope": ",".join(each.tags) or "*",
                "tag_set": list(each.tags),
                "aggr": expression.aggregator,
                "expression": canonical(expression),
                "interval": interval,
                "length": len(each.points),
                "start": start * 1000,
                "end": end * 1000,
                "pointlist": [[second * 1000, value] for second, value in each.points],
                "unit": None,
            }
            for each in found
        ]
        body: dict[str, Any] = {"status": "ok", "query": text, "from_date": start * 1000, "to_date": end * 1000}
        return answer({**body, "res_type": "time_series", "series": series, "error": "", "message": ""})

    async def _found(self, name: str) -> dict[str, Any]:
        found = await run_in_threadpool(self._objects.get, KIND, name)
        if found is None:
            raise Refusal(404, f"Tag configuration not found for metric {name}")
        return found


def _name(request: Request) -> str:
    name = str(request.path_params["name"])
    if not _NAME.fullmatch(name):
        raise Refusal(400, f"Invalid metric name: {name[:200]}")
    return name


def _attributes(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    data = fields.mapping(body, "data")
    if data.get("id") != name or data.get("type") != "manage_tags":
        raise Refusal(400, "The value provided for parameter 'data' is invalid: it names another metric or type")
    given = fields.mapping(data, "attributes")
    made: dict[str, Any] = {key: given[key] for key in ("metric_type", "include_percentiles") if key in given}
    if not isinstance(made.get("include_percentiles", False), bool):
        raise Refusal(400, "The value provided for parameter 'include_percentiles' is invalid: expected a boolean")
    if "tags" in given:
        made["tags"] = fields.tags(given)
    return made


def _document(name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {"data": {"type": "manage_tags", "id": name, "attributes": attributes}}
