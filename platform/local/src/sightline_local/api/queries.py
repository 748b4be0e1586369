"""`/api/v1/query`, `/api/v2/query/timeseries` and `/api/v2/query/scalar`: questions to the store of series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.query import canonical, tree
from sightline_local.api import fields
from sightline_local.api.answers import Refusal, answer, integer, json_body
from sightline_local.api.query_lines import Asked, computed, default_interval, metric_lines, query_lines, query_values
from sightline_local.api.slo_measures import PERCENTAGES
from sightline_local.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_datadog.evaluate.lines import Lines
    from sightline_datadog.evaluate.look import Group
    from sightline_local.backend import Backend

RETENTION_S = 450 * 86_400
MOST_QUERIES = 50
_SHORTEST_S = 1
_PERCENT = {
    "family": "percentage", "name": "percent", "plural": "percent", "scale_factor": 1.0, "short_name": "%", "id": 17,
}  # fmt: skip


def routes(backend: Backend) -> list[Route]:
    """Return the family's routes."""
    family = Queries(backend)
    return [
        Route("/api/v1/query", family.query, methods=["GET"]),
        Route("/api/v2/query/timeseries", family.timeseries, methods=["POST"]),
        Route("/api/v2/query/scalar", family.scalar, methods=["POST"]),
    ]


class Queries:
    """The handlers."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def query(self, request: Request) -> Response:
        """Return the points of a metric query from `from` up to `to` (Unix seconds; the last hour)."""
        text = request.query_params.get("query", "")
        if not text:
            raise Refusal(400, "Required parameter 'query' is missing")
        now = self._backend.now_s()
        end = integer(request, "to", now, highest=fields.LAST_EPOCH)
        start = integer(request, "from", max(end - 3600, 0), highest=fields.LAST_EPOCH)
        if start >= end:
            raise Refusal(400, "The value provided for parameter 'from' is invalid: it is not before 'to'")
        asked = Asked(start, end, default_interval(end - start), now)
        try:
            expression, lines = await run_in_threadpool(self._lines, text, asked)
        except NotEvaluatedError as error:
            raise Refusal(400, f"The value provided for parameter 'query' is invalid: {error}") from None
        series = [_series(expression, group, line, asked) for group, line in sorted(lines.items()) if line]
        return answer(
            {
                "status": "ok",
                "resp_version": 1,
                "res_type": "time_series",
                "query": text,
                "from_date": start * 1000,
                "to_date": end * 1000,
                "series": series,
                "group_by": _by(expression),
                "times": [],
                "values": [],
                "message": "",
            }
        )

    def _lines(self, text: str, asked: Asked) -> tuple[tree.Expression, Lines]:
        return metric_lines(text, asked, sources_of(self._backend))

    async def timeseries(self, request: Request) -> Response:
        """Return lines of values over the seconds at which any of them has one."""
        given = _attributes(await json_body(request), "timeseries_request")
        asked = self._asked(given)
        found = await run_in_threadpool(_answered, self._timeseries, given, asked)
        times = sorted({moment for _, _, line, _ in found for moment in line})
        series = [{"group_tags": list(group), "query_index": index, "unit": unit} for index, group, _, unit in found]
        values = [[line.get(moment) for moment in times] for _, _, line, _ in found]
        attributes = {"series": series, "times": [each * 1000 for each in times], "values": values}
        return answer({"data": {"id": "0", "type": "timeseries_response", "attributes": attributes}})

    def _timeseries(self, given: Mapping[str, Any], asked: Asked) -> list[tuple[int, Group, dict[int, float], Any]]:
        sources = sources_of(self._backend)
        queries = _queries(given)
        lines = {name: query_lines(query, asked, sources) for name, query in queries.items()}
        grid = sorted({moment for each in lines.values() for line in each.values() for moment in line})
        found = []
        for index, (formula, limit) in enumerate(_formulas(given, queries)):
            result = computed(formula, lines, grid)
            kept = _limited({group: sum(line.values()) for group, line in result.items() if line}, limit)
            found += [(index, group, result[group], _unit(queries, formula)) for group in kept]
        return found

    async def scalar(self, request: Request) -> Response:
        """Return a column of values for each formula, and one for each tag that they are grouped by."""
        given = _attributes(await json_body(request), "scalar_request")
        asked = self._asked(given)
        columns = await run_in_threadpool(_answered, self._scalar, given, asked)
        return answer({"data": {"id": "0", "type": "scalar_response", "attributes": {"columns": columns}}})

    def _scalar(self, given: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
        sources = sources_of(self._backend)
        queries = _queries(given)
        values = {name: query_values(query, asked, sources) for name, query in queries.items()}
        lines: dict[str, Lines] = {
            name: {group: {0: value} for group, value in each.items()} for name, each in values.items()
        }
        rows: list[Group] | None = None
        columns = []
        for formula, limit in _formulas(given, queries):
            result = {group: line[0] for group, line in computed(formula, lines, [0]).items() if 0 in line}
            if rows is None:
                rows = _limited(result, limit)
            columns.append((formula, result))
        groups = rows or []
        keys = sorted({tag.partition(":")[0] for group in groups for tag in group})
        shown: list[dict[str, Any]] = [
            {"name": key, "type": "group", "values": [_tag_values(group, key) for group in groups]} for key in keys
        ]
        return shown + [
            {
                "name": formula,
                "type": "number",
                "values": [result.get(group) for group in groups],
                "meta": {"unit": _unit(queries, formula)},
            }
            for formula, result in columns
        ]

    def _asked(self, given: Mapping[str, Any]) -> Asked:
        start, end = (fields.epoch(_whole_ms(given, key) / 1000, key) for key in ("from", "to"))
        now = self._backend.now_s()
        if start >= end:
            raise Refusal(400, "The value provided for parameter 'from' is invalid: it is not before 'to'")
        if end < now - RETENTION_S:
            raise Refusal(400, "Queries ending outside the retention date are invalid")
        interval = given.get("interval")
        wanted = default_interval(end - start) if interval is None else fields.number(interval, "interval") / 1000
        if not _SHORTEST_S <= wanted <= fields.LAST_EPOCH:
            raise Refusal(400, "The value provided for parameter 'interval' is invalid: expected 1000 or more")
        return Asked(start, end, int(wanted), now)


def _series(expression: tree.Expression, group: Group, line: Mapping[int, float], asked: Asked) -> dict[str, Any]:
    query = expression if isinstance(expression, tree.MetricQuery) else None
    points = sorted(line.items())
    name = query.metric if query else canonical(expression)
    return {
        "metric": name,
        "display_name": name,
        "scope": ",".join(group) or _scope(expression),
        "tag_set": list(group),
        "aggr": query.aggregator if query else None,
        "expression": canonical(expression),
        "query_index": 0,
        "attributes": {},
        "interval": asked.interval,
        "length": len(points),
        "start": points[0][0] * 1000,
        "end": (points[-1][0] + asked.interval) * 1000 - 1000,
        "pointlist": [[moment * 1000, value] for moment, value in points],
        "unit": None,
    }


def _scope(expression: tree.Expression) -> str:
    text = canonical(expression)
    return text[text.find("{") + 1 : text.find("}")] if isinstance(expression, tree.MetricQuery) else "*"


def _by(expression: tree.Expression) -> list[str]:
    return list(dict.fromkeys(key for each in tree.queries(expression) for key in each.by))


def _answered(ask: Any, given: Mapping[str, Any], asked: Asked) -> Any:
    try:
        return ask(given, asked)
    except NotEvaluatedError as error:
        raise Refusal(400, f"This query is not answered here: {error}") from None


def _attributes(body: Mapping[str, Any], kind: str) -> dict[str, Any]:
    data = fields.mapping(body, "data")
    if data.get("type") != kind:
        raise Refusal(400, f'API input validation failed: Invalid type. Expected "{kind}".')
    return fields.mapping(data, "attributes")


def _whole_ms(given: Mapping[str, Any], key: str) -> float:
    return fields.number(given.get(key), key)


def _queries(given: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the queries by their names; one without a name is `query1`, `query2`, … by where it stands."""
    queries = fields.items(given, "queries", dict)
    if not 0 < len(queries) <= MOST_QUERIES:
        raise Refusal(400, f"The value provided for parameter 'queries' is invalid: expected 1 to {MOST_QUERIES}")
    return {str(each.get("name") or f"query{number}"): each for number, each in enumerate(queries, 1)}


def _formulas(given: Mapping[str, Any], queries: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the formulas with their limits; each query is one where there are none."""
    if not given.get("formulas"):
        return [(name, {}) for name in queries]
    formulas = fields.items(given, "formulas", dict)
    if len(formulas) > MOST_QUERIES:
        raise Refusal(400, f"more than {MOST_QUERIES} formulas")
    return [(str(fields.text(each, "formula")), fields.mapping(each, "limit")) for each in formulas]


def _limited(values: Mapping[Group, float], limit: Mapping[str, Any]) -> list[Group]:
    """Return the groups in the order of a limit, and no more than it says."""
    descending = limit.get("order", "desc") == "desc"
    groups = sorted(values, key=lambda group: values[group], reverse=descending) if limit else sorted(values)
    count = limit.get("count")
    return groups if count is None else groups[: fields.epoch(count, "count")]


def _tag_values(group: Group, key: str) -> Sequence[str]:
    return [tag.partition(":")[2] for tag in group if tag.partition(":")[0] == key]


def _unit(queries: Mapping[str, Mapping[str, Any]], formula: str) -> list[Any] | None:
    measure = queries.get(formula, {}).get("measure")
    return [_PERCENT, None] if isinstance(measure, str) and measure in PERCENTAGES else None
