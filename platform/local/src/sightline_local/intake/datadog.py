"""Datadog's HTTP intake: logs, series, distribution points."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import orjson
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sightline_local.intake import logline
from sightline_local.intake.bodies import FullError, RefusedError, read_body, room_for
from sightline_local.store.columns import LogColumns
from sightline_local.store.metrics import slice_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from sightline_local.intake.counters import Counter, Counters
    from sightline_local.store import Store

_MAX_TAGS = 200
_LATEST_S = 1 << 32
_V2_TYPES = {0: "gauge", 1: "count", 2: "rate", 3: "gauge"}


_Second = Annotated[int, msgspec.Meta(gt=0, lt=_LATEST_S)]
_Interval = Annotated[int, msgspec.Meta(ge=0, le=31 * 86400)]


class _PointV2(msgspec.Struct):
    timestamp: _Second
    value: float


class _Resource(msgspec.Struct):
    name: str = ""
    type: str = ""


class _SeriesV2(msgspec.Struct):
    metric: str
    points: list[_PointV2]
    type: int = 0
    tags: list[str] = []
    resources: list[_Resource] = []
    interval: _Interval = 0


class _SeriesV1(msgspec.Struct):
    metric: str
    points: list[tuple[float, float]]
    type: str = "gauge"
    tags: list[str] | None = None
    host: str | None = None
    interval: _Interval | None = None


class _Distribution(msgspec.Struct):
    metric: str
    points: list[tuple[float, list[float]]]
    tags: list[str] | None = None
    host: str | None = None


class _BodyV2(msgspec.Struct):
    series: list[_SeriesV2]


class _BodyV1(msgspec.Struct):
    series: list[_SeriesV1]


class _BodyDistributions(msgspec.Struct):
    series: list[_Distribution]


_v2 = msgspec.json.Decoder(_BodyV2)
_v1 = msgspec.json.Decoder(_BodyV1)
_distributions = msgspec.json.Decoder(_BodyDistributions)


class DatadogIntake:
    """Routes of the API port that take telemetry."""

    def __init__(self, store: Store, counters: Counters) -> None:
        self._store = store
        self._counters = counters

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/v2/logs", self._handler("datadog.logs", self._logs, {}), methods=["POST"]),
            Route("/api/v2/series", self._handler("datadog.series", self._series_v2, {"errors": []}), methods=["POST"]),
            Route(
                "/api/v1/series", self._handler("datadog.series", self._series_v1, {"status": "ok"}), methods=["POST"]
            ),
            Route(
                "/api/v1/distribution_points",
                self._handler("datadog.series", self._distribution_points, {"status": "ok"}),
                methods=["POST"],
            ),
        ]

    def _handler(
        self, protocol: str, take: Callable[[bytes, Counter], Awaitable[None]], accepted: dict[str, Any]
    ) -> Callable[[Request], Awaitable[Response]]:
        counter = self._counters[protocol]

        async def handle(request: Request) -> Response:
            try:
                body = await read_body(request)
                await take(body, counter)
            except RefusedError as error:
                headers = {"retry-after": "1"} if isinstance(error, FullError) else {}
                if not headers:
                    counter.settle(0, taken=True, rejected=1)
                return JSONResponse({"errors": [error.reason]}, error.status, headers)
            return JSONResponse(accepted, 202)

        return handle

    async def _logs(self, body: bytes, counter: Counter) -> None:
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise RefusedError(400, f"the body is no JSON: {error}") from error
        records = found if isinstance(found, list) else [found]
        if not all(isinstance(each, dict) for each in records):
            raise RefusedError(400, "the body is no array of log objects")
        columns = LogColumns()
        now = time.time_ns()
        for record in records:
            logline.append(columns, _unfolded(record), service="unknown", now_ns=now)
        await room_for(self._store, len(columns))
        taken = self._store.offer_logs(columns)
        counter.settle(len(columns), taken=taken)
        if not taken:
            raise FullError

    async def _series_v2(self, body: bytes, counter: Counter) -> None:
        for_each = []
        for each in _decoded(_v2, body).series:
            host = next((resource.name for resource in each.resources if resource.type == "host"), "")
            points = [(float(point.timestamp), point.value) for point in each.points]
            kind = _V2_TYPES.get(each.type)
            if kind is None:
                raise RefusedError(400, f"`{each.metric[:80]}`: type {each.type} is none of 0 to 3")
            for_each.append((each.metric, kind, _tags(each.tags, host), each.interval, points))
        self._take(for_each, counter)

    async def _series_v1(self, body: bytes, counter: Counter) -> None:
        self._take(
            [
                (each.metric, each.type, _tags(each.tags or [], each.host or ""), each.interval or 0, each.points)
                for each in _decoded(_v1, body).series
            ],
            counter,
        )

    async def _distribution_points(self, body: bytes, counter: Counter) -> None:
        series = _decoded(_distributions, body).series
        count = 0
        for each in series:
            _check(each.metric, [(moment, value) for moment, values in each.points for value in values])
            count += sum(len(values) for _, values in each.points)
        self._guard(count, counter)
        for each in series:
            number = self._store.index.intern(each.metric, "distribution", _tags(each.tags or [], each.host or ""))
            for moment, values in each.points:
                for value in values:
                    if number is not None:
                        self._store.metrics.sample(number, slice_of(moment), value)
        counter.settle(count, taken=True)

    def _take(
        self, series: list[tuple[str, str, tuple[str, ...], int, list[tuple[float, float]]]], counter: Counter
    ) -> None:
        for metric, kind, _, _, points in series:
            if kind not in {"count", "rate", "gauge"}:
                raise RefusedError(400, f"`{metric[:80]}`: type `{kind[:20]}` is none of count, rate, gauge")
            _check(metric, points)
        count = sum(len(points) for *_, points in series)
        self._guard(count, counter)
        refused = 0
        for metric, kind, tags, interval, points in series:
            number = self._store.index.intern(metric, "gauge" if kind == "gauge" else "count", tags)
            if number is None:
                refused += len(points)
                continue
            for moment, value in points:
                if kind == "gauge":
                    self._store.metrics.gauge(number, int(moment), value)
                else:
                    # The point is all there is for its second: said again, it replaces.
                    self._store.metrics.replace(
                        number, int(moment), value * (interval or 10) if kind == "rate" else value
                    )
        counter.settle(count - refused, taken=True, rejected=refused)

    def _guard(self, count: int, counter: Counter) -> None:
        if self._store.metrics.full:
            counter.settle(count, taken=False)
            raise FullError


def _decoded(decoder: Any, body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise RefusedError(400, f"the body is no series payload: {error}") from error


def _check(metric: str, points: list[tuple[float, float]]) -> None:
    if not metric or len(metric) > 200:
        raise RefusedError(400, "a metric's name is empty or longer than 200 characters")
    for moment, value in points:
        if not 0 < moment < _LATEST_S:
            raise RefusedError(400, f"`{metric}`: {moment:g} is no time in Unix seconds")
        if not math.isfinite(value):
            raise RefusedError(400, f"`{metric}`: a value is not finite")


def _tags(tags: list[str], host: str) -> tuple[str, ...]:
    if len(tags) > _MAX_TAGS:
        raise RefusedError(400, f"a series has more than {_MAX_TAGS} tags")
    return tuple(sorted({*tags, *([f"host:{host}"] if host else [])}))


def _unfolded(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with its `ddtags` as fields and, as the vendor does, a JSON message as the record itself."""
    found = dict(record)
    tags = found.pop("ddtags", None)
    message = found.get("message")
    if isinstance(message, str) and message.startswith("{"):
        try:
            inner = orjson.loads(message)
        except orjson.JSONDecodeError:
            inner = None
        if isinstance(inner, dict):
            del found["message"]
            found = {**found, **inner}
    if isinstance(tags, str):
        for tag in tags.split(",")[:_MAX_TAGS]:
            key, colon, value = tag.partition(":")
            if colon:
                found.setdefault(key.strip(), value)
    return found
