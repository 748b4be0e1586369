"""The OTLP/HTTP endpoints. https://opentelemetry.io/docs/specs/otlp/#otlphttp"""

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
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from sightline_local.intake.bodies import FullError, RefusedError, read_body
from sightline_local.intake.otlp_common import PROTOBUF, answer, parse, problem
from sightline_local.intake.otlp_logs import decode_logs
from sightline_local.intake.otlp_metrics import MetricIntake
from sightline_local.intake.otlp_traces import decode_traces

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from google.protobuf.message import Message
    from starlette.requests import Request
    from starlette.responses import Response

    from sightline_local.intake.counters import Counter, Counters
    from sightline_local.store import Store

_BAD_SPAN = "spans whose ids are no 16 and 8 bytes, or whose times are none"
_BAD_RECORD = "records whose time is none"
_LARGE = 512 * 1024  # decoded aside, so that a large body does not hold up the others


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

    def _handler(
        self, protocol: str, take: Callable[[bytes, str, Counter], Message]
    ) -> Callable[[Request], Awaitable[Response]]:
        counter = self._counters[protocol]

        async def handle(request: Request) -> Response:
            content_type = request.headers.get("content-type", PROTOBUF).partition(";")[0].strip().lower()
            try:
                body = await read_body(request)
                if len(body) > _LARGE:
                    return answer(content_type, await run_in_threadpool(take, body, content_type, counter))
                return answer(content_type, take(body, content_type, counter))
            except RefusedError as error:
                if not isinstance(error, FullError):
                    counter.settle(0, taken=True, rejected=1)
                return problem(content_type, error)

        return handle

    def _traces(self, body: bytes, content_type: str, counter: Counter) -> Message:
        columns, refused = decode_traces(parse(ExportTraceServiceRequest, body, content_type))
        taken = self._store.offer_spans(columns) if len(columns) else True
        counter.settle(len(columns), taken=taken, rejected=refused if taken else 0)
        if not taken:
            raise FullError
        if refused:
            return ExportTraceServiceResponse(
                partial_success=ExportTracePartialSuccess(rejected_spans=refused, error_message=_BAD_SPAN)
            )
        return ExportTraceServiceResponse()

    def _metrics(self, body: bytes, content_type: str, counter: Counter) -> Message:
        request = parse(ExportMetricsServiceRequest, body, content_type)
        if self._store.metrics.full:
            counter.settle(1, taken=False)
            raise FullError
        intake = MetricIntake(self._store)
        intake.take(request)
        refused = sum(intake.refused.values())
        counter.settle(intake.stored, taken=True, rejected=refused)
        if refused:
            return ExportMetricsServiceResponse(
                partial_success=ExportMetricsPartialSuccess(
                    rejected_data_points=refused, error_message="; ".join(intake.refused)
                )
            )
        return ExportMetricsServiceResponse()

    def _logs(self, body: bytes, content_type: str, counter: Counter) -> Message:
        columns, refused = decode_logs(parse(ExportLogsServiceRequest, body, content_type), time.time_ns())
        taken = self._store.offer_logs(columns) if len(columns) else True
        counter.settle(len(columns), taken=taken, rejected=refused if taken else 0)
        if not taken:
            raise FullError
        if refused:
            return ExportLogsServiceResponse(
                partial_success=ExportLogsPartialSuccess(rejected_log_records=refused, error_message=_BAD_RECORD)
            )
        return ExportLogsServiceResponse()
