"""OTLP over HTTP, spoken by OpenTelemetry's own SDK and exporters, and by requests made by hand."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from google.protobuf import json_format
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from sightline_local.intake import bodies
from sightline_local.store.metrics import MetricBuffer
from sightline_local.store.writer import Writer

from . import examples
from .kit import total

if TYPE_CHECKING:
    from .kit import Running

JSON = "application/json"


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_spans_of_the_sdk_arrive_whole(backend: Running, compression: Compression) -> None:
    """Ids, kinds, errors with their exception, and the resource, packed or not."""
    service = f"sdk-{compression.name}"
    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.version": "7"}))
    exporter = OTLPSpanExporter(backend.addresses["otlp"] + "/v1/traces", compression=compression)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    attributes: Any = {"http.request.method": "GET", "http.route": "/", "http.response.status_code": 500}
    with tracer.start_as_current_span("GET /", kind=trace.SpanKind.SERVER, attributes=attributes) as span:
        identity = span.get_span_context().trace_id
        span.record_exception(ValueError("no"))
        span.set_status(trace.StatusCode.ERROR)
    provider.shutdown()
    backend.store.flush()
    found = backend.api("GET", f"/api/local/v1/traces/{identity:032x}")
    (stored,) = found["spans"]
    assert (stored["service"], stored["name"], stored["resource"]) == (service, "http.server.request", "GET /")
    assert (stored["kind"], stored["error"], stored["status_code"]) == ("server", True, 500)
    assert stored["tags"]["error.type"] == "ValueError"
    hits = f"sum:trace.http.server.request.hits{{service:{service.lower()},version:7}}"
    assert total(backend.store, hits) == 1


@pytest.mark.parametrize("temporality", [AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE])
def test_both_temporalities_of_the_sdk_count_the_same(backend: Running, temporality: AggregationTemporality) -> None:
    """A counter and a histogram, exported several times: each measurement once."""
    exporter = OTLPMetricExporter(
        backend.addresses["otlp"] + "/v1/metrics", preferred_temporality={Counter: temporality, Histogram: temporality}
    )
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    provider = MeterProvider([reader], resource=Resource.create({"service.name": f"meter-{temporality.name}"}))
    meter = provider.get_meter("test")
    counter, histogram = meter.create_counter("sold"), meter.create_histogram("took")
    for number in range(1, 4):
        counter.add(number, {"traffic": "customer"})
        histogram.record(0.2)
        provider.force_flush()
    provider.force_flush()
    provider.shutdown()
    where = f"service:meter-{temporality.name.lower()}"
    assert total(backend.store, f"sum:sold{{{where},traffic:customer}}.as_count()") == 6
    assert total(backend.store, f"count:took{{{where}}}") == 3
    assert total(backend.store, f"sum:took{{{where}}}") == pytest.approx(0.6)


def test_json_is_protobuf_in_other_words(backend: Running) -> None:
    """Traces, metrics and logs in JSON, plain and gzipped; answers come in JSON."""
    for path, data in (
        ("/v1/traces", examples.otlp_traces()),
        ("/v1/metrics", examples.otlp_metrics()),
        ("/v1/logs", examples.otlp_logs()),
    ):
        for packed, headers in (
            (orjson.dumps(data), {}),
            (gzip.compress(orjson.dumps(data)), {"content-encoding": "gzip"}),
        ):
            answer = backend.send("otlp", "POST", path, packed, **{"content-type": JSON, **headers})
            assert (answer.status, orjson.loads(answer.data)) == (200, {}), path
    assert backend.count("spans", f"trace_lo = {0xD269B633813FC60C} AND trace_hi = {0x5B8EFFF798038103}") == 2
    assert backend.count("logs", f"trace_lo = {0xD269B633813FC60C} AND message = 'hello'") == 2


def test_resets_of_a_cumulative_sum_lose_and_double_nothing(backend: Running) -> None:
    """A repeated point, a new start time after a restart, and a fall without one."""
    start = examples.now_ns()
    for begun, at, value in ((0, 1, 5.0), (0, 2, 9.0), (0, 2, 9.0), (3, 4, 2.0), (3, 5, 4.0), (3, 6, 1.0)):
        point = {"startTimeUnixNano": str(start + begun), "timeUnixNano": str(start + at), "asDouble": value}
        data: Any = {"dataPoints": [point], "aggregationTemporality": 2, "isMonotonic": True}
        metric = {"name": "resetting", "sum": data}
        body = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}
        assert backend.send("otlp", "POST", "/v1/metrics", orjson.dumps(body), content_type=JSON).status == 200
    assert total(backend.store, "sum:resetting{*}") == 9 + 4 + 1


def test_bad_spans_of_a_good_request_are_a_partial_success(backend: Running) -> None:
    """The good one is stored, the others are counted and named."""
    data = examples.otlp_traces()
    spans = data["resourceSpans"][0]["scopeSpans"][0]["spans"]
    good = spans[0] | {"traceId": "0" * 31 + "9", "kind": -7}
    for wrong in ({"traceId": "0" * 32}, {"spanId": "0" * 16}, {"spanId": "ab"}, {"startTimeUnixNano": "0"},
                  {"endTimeUnixNano": str(2**64 - 1)}):  # fmt: skip
        spans.append(good | wrong)
    spans[0] = good
    before = backend.counters["otlp.traces"]
    answer = backend.send("otlp", "POST", "/v1/traces", orjson.dumps(data), content_type=JSON)
    parsed = json_format.ParseDict(orjson.loads(answer.data), ExportTraceServiceResponse())
    assert (answer.status, parsed.partial_success.rejected_spans) == (200, 5)
    assert parsed.partial_success.error_message
    after = backend.counters["otlp.traces"]
    assert (after["stored"] - before["stored"], after["rejected"] - before["rejected"]) == (1, 5)
    assert backend.count("spans", "trace_lo = 9 AND kind = 'internal'") == 1


INTAKES = ("/logs", "/series", "/distribution_points", "/events", "/check_run")


def test_a_full_store_answers_retryably_and_acknowledges_nothing(
    backend: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with Retry-After from every intake; each item counts as dropped, none as stored; UDP counts too."""
    monkeypatch.setattr(Writer, "room", lambda _self, _rows: False)
    monkeypatch.setattr(MetricBuffer, "full", True)
    monkeypatch.setattr(bodies, "_PATIENCE", 1)
    before = backend.counters
    rows = backend.count("spans") + backend.count("logs")
    for (app, path), good in examples.bodies().items():
        if app == "api" and not path.endswith(INTAKES):
            continue
        for body in good:
            answer = backend.send(app, "POST", path, body.encode(body.data), content_type=body.content_type)
            assert (answer.status, answer.headers["retry-after"]) == (503, "1"), path
    after = backend.counters
    assert all(after[name]["stored"] == before[name]["stored"] for name in after)
    dropped = {name: after[name]["dropped"] - before[name]["dropped"] for name in after}
    points = {"otlp.metrics": 8, "otlp.traces": 2, "otlp.logs": 2, "datadog.series": 4, "datadog.logs": 3}
    assert {name: dropped[name] for name in points} == points
    assert (dropped["ddtrace.v0.4"], dropped["ddtrace.v0.5"], dropped["ddtrace.stats"]) == (2, 1, 1)
    monkeypatch.undo()
    assert backend.count("spans") + backend.count("logs") == rows
