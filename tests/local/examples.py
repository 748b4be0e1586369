"""One good request for every route that takes a body; garbage is made from them by breaking one thing at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from google.protobuf import json_format
from google.protobuf.json_format import ParseError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from sightline_local.intake.bodies import RefusedError
from sightline_local.intake.otlp_common import _ids_as_base64

from . import written

SECOND = 1_000_000_000


def now_ns() -> int:
    return time.time_ns()


def v04_span(**values: Any) -> dict[str, Any]:
    """Return a span as ddtrace writes it in v0.4."""
    return {
        "trace_id": 11, "parent_id": 0, "span_id": 12, "service": "web", "name": "flask.request",
        "resource": "GET /", "type": "web", "error": 0, "start": now_ns(), "duration": 5_000_000,
        "meta": {"span.kind": "server", "http.status_code": "200", "_dd.p.tid": "6565656500000000"},
        "metrics": {"_dd.top_level": 1.0, "_sampling_priority_v1": 1.0},
    } | values  # fmt: skip


def v04(*spans: dict[str, Any]) -> bytes:
    """Return a v0.4 payload of one chunk."""
    return msgspec.msgpack.encode([list(spans or (v04_span(),))])


def v05_data(*spans: dict[str, Any]) -> list[Any]:
    """Return a v0.5 payload of one chunk, as data."""
    table: dict[str, int] = {"": 0}

    def at(text: str) -> int:
        return table.setdefault(text, len(table))

    chunk = []
    for span in spans or (v04_span(),):
        meta = {at(key): at(value) for key, value in span["meta"].items()}
        metrics = {at(key): value for key, value in span["metrics"].items()}
        texts = [at(span[key]) for key in ("service", "name", "resource")]
        numbers = [span[key] for key in ("trace_id", "span_id", "parent_id", "start", "duration", "error")]
        chunk.append([*texts, *numbers, meta, metrics, at(span["type"])])
    return [list(table), [chunk]]


def stats_data() -> dict[str, Any]:
    """Return client statistics of one group, as data."""
    group = {
        "Service": "web", "Name": "flask.request", "Resource": "GET /", "HTTPStatusCode": 200, "Hits": 3,
        "Errors": 1, "Duration": 9_000_000, "OkSummary": b"", "ErrorSummary": b"", "TopLevelHits": 3,
    }  # fmt: skip
    bucket = {"Start": now_ns() // (10 * SECOND) * 10 * SECOND, "Duration": 10 * SECOND, "Stats": [group]}
    return {"Hostname": "here", "Env": "demo", "Version": "1", "Stats": [bucket]}


def _attribute(key: str, text: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": text}}


def _resource() -> dict[str, Any]:
    return {"attributes": [_attribute("service.name", "web"), _attribute("service.version", "1")]}


def otlp_traces() -> dict[str, Any]:
    """Return one OTLP span, as JSON data."""
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "name": "GET /", "kind": 2,
        "startTimeUnixNano": str(now_ns()), "endTimeUnixNano": str(now_ns() + 1000),
        "attributes": [_attribute("http.request.method", "GET")], "status": {"code": 0},
        "events": [{"name": "note", "timeUnixNano": str(now_ns()), "attributes": []}],
        "links": [{"traceId": "5b8efff798038103d269b633813fc60d", "spanId": "eee19b7ec3c1b175"}],
    }  # fmt: skip
    return {"resourceSpans": [{"resource": _resource(), "scopeSpans": [{"scope": {"name": "s"}, "spans": [span]}]}]}


def otlp_metrics() -> dict[str, Any]:
    """Return a sum, a gauge, a histogram and an exponential histogram, as JSON data."""
    times = {"startTimeUnixNano": str(now_ns() - SECOND), "timeUnixNano": str(now_ns())}
    point = {**times, "asDouble": 1.5, "attributes": [_attribute("traffic", "customer")]}
    buckets = {**times, "count": "3", "sum": 0.6, "bucketCounts": ["1", "2"], "explicitBounds": [0.3]}
    exponential = {**times, "count": "1", "sum": 0.5, "scale": 3, "positive": {"offset": 1, "bucketCounts": ["1"]}}
    metrics = [
        {"name": "orders", "sum": {"dataPoints": [point], "aggregationTemporality": 2, "isMonotonic": True}},
        {"name": "level", "gauge": {"dataPoints": [point]}},
        {"name": "lasted", "histogram": {"dataPoints": [buckets], "aggregationTemporality": 1}},
        {"name": "spread", "exponentialHistogram": {"dataPoints": [exponential], "aggregationTemporality": 1}},
    ]
    scope = {"scope": {"name": "s"}, "metrics": metrics}
    return {"resourceMetrics": [{"resource": _resource(), "scopeMetrics": [scope]}]}


def otlp_logs() -> dict[str, Any]:
    """Return one OTLP log record, as JSON data."""
    record = {
        "timeUnixNano": str(now_ns()), "severityNumber": 9, "severityText": "INFO", "body": {"stringValue": "hello"},
        "attributes": [_attribute("key", "value")], "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
    }  # fmt: skip
    return {"resourceLogs": [{"resource": _resource(), "scopeLogs": [{"scope": {}, "logRecords": [record]}]}]}


def log_records() -> list[dict[str, Any]]:
    """Return records for `/api/v2/logs`."""
    return [
        {
            "message": "hello", "ddtags": "env:demo,version:1", "ddsource": "python", "hostname": "here",
            "service": "web", "status": "info", "timestamp": time.time() * 1000, "dd": {"trace_id": "11"},
            "trace_id": "5b8efff798038103d269b633813fc60c", "span_id": "eee19b7ec3c1b174",
        }
    ]  # fmt: skip


def series_v2() -> dict[str, Any]:
    """Return a body for `/api/v2/series`."""
    points = [{"timestamp": int(time.time()), "value": 2.0}]
    series = {"metric": "shop.orders", "type": 1, "points": points, "tags": ["env:demo"], "interval": 10}
    return {"series": [{**series, "resources": [{"name": "here", "type": "host"}]}]}


def series_v1() -> dict[str, Any]:
    """Return a body for `/api/v1/series`."""
    points = [[int(time.time()), 2.0]]
    series = {"metric": "shop.orders", "type": "rate", "points": points, "tags": ["env:demo"], "host": "here"}
    return {"series": [{**series, "interval": 10}]}


def distributions() -> dict[str, Any]:
    """Return a body for `/api/v1/distribution_points`."""
    points = [[int(time.time()), [0.1, 0.2]]]
    return {"series": [{"metric": "shop.lasted", "points": points, "tags": ["env:demo"], "host": "here"}]}


def slo(**values: Any) -> dict[str, Any]:
    """Return a metric SLO."""
    return {
        "name": "Checkout works", "type": "metric", "description": "d", "tags": ["team:shop"],
        "thresholds": [{"timeframe": "30d", "target": 99.0, "warning": 99.5}], "timeframe": "30d",
        "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"},
        "monitor_ids": [], "groups": [],
    } | values  # fmt: skip


def counted_slo() -> dict[str, Any]:
    """Return a metric SLO in the newer form."""
    queries = [
        {"data_source": "metrics", "name": "good", "query": "sum:good{*}.as_count()"},
        {"data_source": "metrics", "name": "all", "query": "sum:all{*}.as_count()"},
    ]
    count = {
        "good_events_formula": {"formula": "good"}, "total_events_formula": {"formula": "all"}, "queries": queries
    }  # fmt: skip
    return {**slo(), "query": None, "sli_specification": {"count": count}}


def monitor(**values: Any) -> dict[str, Any]:
    """Return a metric monitor."""
    return {
        "name": "Too many", "type": "query alert", "query": "sum(last_5m):sum:hits{*}.as_count() > 5",
        "message": "{{#is_alert}}Look.{{/is_alert}} {{value}} @here", "tags": ["team:shop"], "priority": 3,
        "options": {"thresholds": {"critical": 5.0, "warning": 2.0}, "notify_no_data": False, "no_data_timeframe": 10,
                    "renotify_interval": 0, "silenced": {}, "on_missing_data": "show_no_data"},
        "restricted_roles": None,
    } | values  # fmt: skip


def dashboard(**values: Any) -> dict[str, Any]:
    """Return a dashboard with a group in it."""
    note = {"definition": {"type": "note", "content": "c"}, "layout": {"x": 0, "y": 0, "width": 1, "height": 1}}
    group = {"definition": {"type": "group", "layout_type": "ordered", "widgets": [note]}, "id": 7}
    return {
        "title": "Shop", "description": "d", "layout_type": "ordered", "widgets": [group], "tags": ["team:shop"],
        "template_variables": [{"name": "env", "prefix": "env"}], "notify_list": [], "is_read_only": False,
        "reflow_type": "auto",
    } | values  # fmt: skip


def metric_configuration(name: str) -> dict[str, Any]:
    """Return a metric's configuration."""
    attributes = {"metric_type": "distribution", "include_percentiles": True, "tags": ["env"]}
    return {"data": {"type": "manage_tags", "id": name, "attributes": attributes}}


def _attributes(kind: str, **values: Any) -> dict[str, Any]:
    return {"data": {"type": kind, "attributes": values}}


def correction() -> dict[str, Any]:
    """Return a correction of the SLOs that a query finds."""
    return _attributes(
        "correction", category="Deployment", start=1_700_000_000, end=1_700_003_600, description="d",
        timezone="UTC", slo_query="env:prod",
    )  # fmt: skip


def downtime() -> dict[str, Any]:
    """Return a downtime in the older form."""
    recurrence = {"type": "weeks", "period": 1, "week_days": ["Mon"], "until_occurrences": 3}
    return {
        "scope": ["env:prod"], "start": 1_700_000_000, "end": 4_000_000_000, "message": "m", "timezone": "UTC",
        "monitor_tags": ["team:shop"], "recurrence": recurrence, "notify_end_types": ["expired"],
    }  # fmt: skip


def downtime_v2() -> dict[str, Any]:
    """Return a downtime in the newer form."""
    return _attributes(
        "downtime", scope="env:prod", monitor_identifier={"monitor_tags": ["*"]}, message="m",
        schedule={"start": None, "end": "2096-01-01T00:00:00+00:00"}, display_timezone="UTC",
    )  # fmt: skip


def powerpack() -> dict[str, Any]:
    """Return a powerpack."""
    note = {"definition": {"type": "note", "content": "c"}}
    group = {"definition": {"type": "group", "layout_type": "ordered", "widgets": [note]}}
    return _attributes("powerpack", name="p", description="d", group_widget=group, tags=["t"], template_variables=[])


def notification_rule() -> dict[str, Any]:
    """Return a notification rule."""
    return _attributes("monitor-notification-rule", name="r", filter={"tags": ["a:b"]}, recipients=["slack-shop"])


def synthetics_test(kind: str = "api", **values: Any) -> dict[str, Any]:
    """Return a synthetics test."""
    request = {"method": "GET", "url": "https://example.com", "certificate": {"key": {"content": "k"}}}
    variable = {"name": "V", "type": "text", "secure": True, "example": "e"}
    assertion = {"type": "statusCode", "operator": "is", "target": 200}
    return {
        "name": "Home", "type": kind, "locations": ["aws:eu-west-3"], "message": "m", "tags": ["env:prod"],
        "config": {"request": request, "assertions": [assertion], "configVariables": [variable], "steps": [{}]},
        "options": {"tick_every": 60, "monitor_options": {}, "ci": {"executionRule": "blocking"}},
        "steps": [{"type": "refresh"}], "status": "live", "subtype": "http",
    } | values  # fmt: skip


def gate() -> dict[str, Any]:
    """Return a deployment gate."""
    return _attributes("deployment_gate", service="shop", env="prod", identifier="one", dry_run=False)


def gate_rule() -> dict[str, Any]:
    """Return a rule of a deployment gate."""
    options = {"query": "service:shop", "duration": 60}
    return _attributes("deployment_rule", name="r", type="monitor", options=options, dry_run=True)


Encode = Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Body:
    """A good body: as data, how it is written, and what its request says of it."""

    data: Any
    encode: Encode = orjson.dumps
    content_type: str = "application/json"

    def packed(self, data: Any) -> bytes | None:
        """Write other data as this is written; None where the encoding cannot say it, so that nobody can send it."""
        try:
            return self.encode(data)
        except (ParseError, TypeError, ValueError, AttributeError, RefusedError):
            return None


def protobuf(message: Any) -> Encode:
    """Return how JSON data is written as that message."""
    return lambda data: json_format.ParseDict(_ids_as_base64(data), message()).SerializeToString()


_TRACER = "application/msgpack"
_PROTOBUF = "application/x-protobuf"
_pack = msgspec.msgpack.encode


SYNTHETIC = ("api", "browser", "mobile")
_PATCH = (
    {"op": "replace", "path": "/name", "value": "renamed"},
    {"op": "add", "path": "/tags/-", "value": "team:shop"},
    {"op": "move", "from": "/message", "path": "/name"},
)


def bodies() -> dict[tuple[str, str], list[Body]]:
    """Return the good bodies of every (application, path) that takes one."""
    return {
        ("agent", "/v0.3/traces"): [Body([[v04_span()]], _pack, _TRACER)],
        ("agent", "/v0.4/traces"): [Body([[v04_span()]], _pack, _TRACER)],
        ("agent", "/v0.5/traces"): [Body(v05_data(), _pack, _TRACER)],
        ("agent", "/v0.6/stats"): [Body(stats_data(), _pack, _TRACER)],
        ("otlp", "/v1/traces"): [
            Body(otlp_traces()),
            Body(otlp_traces(), protobuf(ExportTraceServiceRequest), _PROTOBUF),
        ],
        ("otlp", "/v1/metrics"): [
            Body(otlp_metrics()),
            Body(otlp_metrics(), protobuf(ExportMetricsServiceRequest), _PROTOBUF),
        ],
        ("otlp", "/v1/logs"): [Body(otlp_logs()), Body(otlp_logs(), protobuf(ExportLogsServiceRequest), _PROTOBUF)],
        ("api", "/api/v2/logs"): [Body(log_records())],
        ("api", "/api/v2/series"): [Body(series_v2())],
        ("api", "/api/v1/series"): [Body(series_v1())],
        ("api", "/api/v1/distribution_points"): [Body(distributions())],
        ("api", "/api/v1/slo"): [Body(slo()), Body(counted_slo())],
        ("api", "/api/v1/slo/{id}"): [Body(slo())],
        ("api", "/api/v1/slo/bulk_delete"): [Body({"0123456789abcdef0123456789abcdef": ["7d"]})],
        ("api", "/api/v1/monitor"): [Body(monitor())],
        ("api", "/api/v1/monitor/validate"): [Body(monitor())],
        ("api", "/api/v1/monitor/{id}/validate"): [Body(monitor())],
        ("api", "/api/v1/monitor/{id}"): [Body(monitor())],
        ("api", "/api/v1/dashboard"): [Body(dashboard())],
        ("api", "/api/v1/dashboard/{id}"): [Body(dashboard())],
        ("api", "/api/v1/slo/correction"): [Body(correction())],
        ("api", "/api/v1/slo/correction/{id}"): [Body(correction())],
        ("api", "/api/v1/downtime"): [Body(downtime())],
        ("api", "/api/v1/downtime/cancel/by_scope"): [Body({"scope": "env:prod"})],
        ("api", "/api/v1/downtime/{id}"): [Body(downtime())],
        ("api", "/api/v2/downtime"): [Body(downtime_v2())],
        ("api", "/api/v2/downtime/{id}"): [Body(downtime_v2())],
        ("api", "/api/v2/powerpacks"): [Body(powerpack())],
        ("api", "/api/v2/powerpacks/{id}"): [Body(powerpack())],
        ("api", "/api/v2/monitor/notification_rule"): [Body(notification_rule())],
        ("api", "/api/v2/monitor/notification_rule/{id}"): [Body(notification_rule())],
        **{("api", f"/api/v1/synthetics/tests/{kind}"): [Body(synthetics_test(kind))] for kind in SYNTHETIC},
        **{("api", f"/api/v1/synthetics/tests/{kind}/{{id}}"): [Body(synthetics_test(kind))] for kind in SYNTHETIC},
        ("api", "/api/v1/synthetics/tests/{id}"): [Body({"data": list(_PATCH)})],
        ("api", "/api/v1/synthetics/tests/uptimes"): [
            Body({"from_ts": 1_700_000_000, "to_ts": 1_700_003_600, "public_ids": ["abc-def-ghi"]})
        ],
        ("api", "/api/v1/synthetics/tests/{id}/status"): [Body({"new_status": "paused"})],
        ("api", "/api/v1/synthetics/tests/delete"): [Body({"public_ids": ["abc-def-ghi"]})],
        ("api", "/api/v1/synthetics/tests/trigger"): [Body({"tests": [{"public_id": "abc-def-ghi"}]})],
        ("api", "/api/v2/synthetics/tests/network"): [
            Body(_attributes("network", **synthetics_test("network", subtype="tcp")))
        ],
        ("api", "/api/v2/synthetics/tests/network/{id}"): [
            Body(_attributes("network", **synthetics_test("network", subtype="tcp")))
        ],
        ("api", "/api/v2/synthetics/tests/bulk-delete"): [
            Body(_attributes("delete_tests_request", public_ids=["abc-def-ghi"]))
        ],
        ("api", "/api/v2/deployment_gates"): [Body(gate())],
        ("api", "/api/v2/deployment_gates/{id}"): [Body(gate())],
        ("api", "/api/v2/deployment_gates/{gate_id}/rules"): [Body(gate_rule())],
        ("api", "/api/v2/deployment_gates/{gate_id}/rules/{id}"): [Body(gate_rule())],
        **written.bodies(Body, _attributes),
        ("api", "/api/local/v1/faults"): [Body({"faults": [{"kind": "429", "path": "/none", "times": 2}]})],
        ("api", "/api/v2/metrics/{name}/tags"): [Body(metric_configuration("shop.lasted"))],
    }
