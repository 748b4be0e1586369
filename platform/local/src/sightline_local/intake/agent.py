"""The agent's HTTP endpoints, as tracers use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sightline_local.intake.bodies import FullError, RefusedError, aside, read_body, room_for
from sightline_local.intake.ddtrace import decode_v04, decode_v05
from sightline_local.intake.stats import decode_stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from sightline_local.intake.counters import Counter, Counters
    from sightline_local.store import Store
    from sightline_local.store.columns import SpanColumns

_ANY = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_ENDPOINTS = ["/v0.4/traces", "/v0.5/traces", "/v0.6/stats", "/telemetry/proxy/", "/evp_proxy/v2/", "/v0.7/config"]
_FALSE = frozenset({"", "0", "f", "false"})


class Agent:
    """Routes of the agent's port."""

    def __init__(self, store: Store, counters: Counters) -> None:
        self._store = store
        self._counters = counters

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/info", _info, methods=["GET"]),
            Route("/v0.3/traces", self._traces("ddtrace.v0.4", decode_v04), methods=["POST", "PUT"]),
            Route("/v0.4/traces", self._traces("ddtrace.v0.4", decode_v04), methods=["POST", "PUT"]),
            Route("/v0.5/traces", self._traces("ddtrace.v0.5", decode_v05), methods=["POST", "PUT"]),
            Route("/v0.6/stats", self._stats, methods=["POST", "PUT"]),
            Route("/v0.7/config", _empty, methods=_ANY),
            Route("/telemetry/proxy/{rest:path}", _accepted, methods=_ANY),
            Route("/evp_proxy/{rest:path}", _accepted, methods=_ANY),
        ]

    def _traces(self, protocol: str, decode: Callable[[bytes], SpanColumns]) -> Callable[[Request], object]:
        counter = self._counters[protocol]

        async def traces(request: Request) -> Response:
            try:
                body = await read_body(request)
                columns = await aside(lambda: decode(body), len(body))
                if request.headers.get("datadog-client-computed-stats", "").lower() not in _FALSE:
                    columns.measured = [False] * len(columns)
                if len(columns):
                    await room_for(self._store, len(columns))
                    taken = self._store.offer_spans(columns)
                    counter.settle(len(columns), taken=taken)
                    if not taken:
                        raise FullError
            except RefusedError as error:
                return _refused(error, counter)
            # Keep everything: a local backend samples nothing.
            return JSONResponse({"rate_by_service": {"service:,env:": 1.0}})

        return traces

    async def _stats(self, request: Request) -> Response:
        counter = self._counters["ddtrace.stats"]
        try:
            body = await read_body(request)
            groups = await aside(lambda: decode_stats(body), len(body))
            taken = not self._store.metrics.full
            if taken:
                for group in groups:
                    group.add_to(self._store)
            counter.settle(len(groups), taken=taken)
            if not taken:
                raise FullError
        except RefusedError as error:
            return _refused(error, counter)
        return JSONResponse({})


async def _info(_: Request) -> Response:
    # No `client_drop_p0s`: a tracer that is offered it throws traces away whose log lines stay.
    return JSONResponse(
        {
            "version": "7.70.0",
            "endpoints": _ENDPOINTS,
            "client_drop_p0s": False,
            "span_meta_structs": True,
            "long_running_spans": True,
            "config": {"default_env": "none", "receiver_port": 8126, "statsd_port": 8125},
        }
    )


async def _empty(_: Request) -> Response:
    return JSONResponse({})


async def _accepted(request: Request) -> Response:
    async for _ in request.stream():
        pass  # read, or the client's connection breaks under it
    return JSONResponse({}, status_code=202)


def _refused(error: RefusedError, counter: Counter) -> Response:
    headers = {}
    if isinstance(error, FullError):
        headers["retry-after"] = "1"
    else:
        counter.settle(0, taken=True, rejected=1)
    return PlainTextResponse(error.reason + "\n", status_code=error.status, headers=headers)
