"""The OTLP/HTTP endpoints.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsPartialSuccess,
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from starlette.routing import Route

from sightline_local.intake.bodies import FullError, RefusedError, aside, read_body, room_for
from sightline_local.intake.otlp_common import PROTOBUF, answer, parse, problem
from sightline_local.intake.otlp_logs import decode_logs
from sightline_local.intake.otlp_metrics import MetricIntake, points_of
from sightline_local.intake.otlp_traces import decode_traces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from google.protobuf.message import Message
    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.intake.counters import Counter, Counters
    from sightline_local.store import Store

    Take = Callable[[bytes, str, Counter], Awaitable[Message]]

_BAD_SPAN = "spans whose ids are no 16 and 8 bytes, or whose times are none"
_BAD_RECORD = "records whose time is none"


class Otlp:
    """Routes of the OTLP port."""

    def __init__(self, store: Store, counters: Counters) -> None:
        self._store = store
        self._counters = counters

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/v1/traces", self._handler("otlp.traces", self._traces), methods=["POST"]),
            Route("/v1/metrics", self._handler("otlp.metrics", self._metrics), methods=["POST"]),
            Route("/v1/logs", self._handler("otlp.logs", self._logs), methods=["POST"]),
        ]

    def _handler(self, protocol: str, take: Take) -> Callable[[Request], Awaitable[Response]]:
        counter = self._counters[protocol]

        async def handle(request: Request) -> Response:
            content_type = request.headers.get("content-type", PROTOBUF).partition(";")[0].strip().lower()
            try:
                body = await read_body(request)
                return answer(content_type, await take(body, content_type, counter))
            except RefusedError as error:
                if not isinstance(error, FullError):
                    counter.settle(0, taken=True, rejected=1)
                return problem(content_type, error)

        return handle

    async def _traces(self, body: bytes, content_type: str, counter: Counter) -> Message:
        columns, refused = await aside(
            lambda: decode_traces(parse(ExportTraceServiceRequest, body, content_type)), len(body)
        )
        await room_for(self._store, len(columns))
        _settle(counter, len(columns), refused, taken=self._store.offer_spans(columns))
        if refused:
            return ExportTraceServiceResponse(
                partial_success=ExportTracePartialSuccess(rejected_spans=refused, error_message=_BAD_SPAN)
            )
        return ExportTraceServiceResponse()

    async def _metrics(self, body: bytes, content_type: str, counter: Counter) -> Message:
        request = await aside(lambda: parse(ExportMetricsServiceRequest, body, content_type), len(body))
        if self._store.metrics.full:
            _settle(counter, points_of(request), 0, taken=False)
        intake = MetricIntake(self._store)
        await aside(lambda: intake.take(request), len(body))
        refused = sum(intake.refused.values())
        _settle(counter, intake.stored, refused, taken=True)
        if refused:
            return ExportMetricsServiceResponse(
                partial_success=ExportMetricsPartialSuccess(
                    rejected_data_points=refused, error_message="; ".join(intake.refused)
                )
            )
        return ExportMetricsServiceResponse()

    async def _logs(self, body: bytes, content_type: str, counter: Counter) -> Message:
        now = time.time_ns()
        columns, refused = await aside(
            lambda: decode_logs(parse(ExportLogsServiceRequest, body, content_type), now), len(body)
        )
        await room_for(self._store, len(columns))
        _settle(counter, len(columns), refused, taken=self._store.offer_logs(columns))
        if refused:
            return ExportLogsServiceResponse(
                partial_success=ExportLogsPartialSuccess(rejected_log_records=refused, error_message=_BAD_RECORD)
            )
        return ExportLogsServiceResponse()


def _settle(counter: Counter, items: int, refused: int, *, taken: bool) -> None:
    counter.settle(items, taken=taken, rejected=refused if taken else 0)
    if not taken:
        raise FullError
