"""Payloads as the official clients send them: traces of a shop's requests, ten spans each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

if TYPE_CHECKING:
    import random

SERVICES = ("storefront", "catalog", "cart", "orders", "payments", "fulfilment")
ROUTES = ("/products/:sku", "/carts/:id", "/orders", "/orders/:id", "/payments", "/", "/search", "/checkout")
SPANS_PER_TRACE = 10


def v05(traces: int, rng: random.Random, now_ns: int) -> bytes:
    """Encode traces of one service as ddtrace 4 does in v0.5."""
    table: dict[str, int] = {"": 0}

    def ref(text: str) -> int:
        return table.setdefault(text, len(table))

    service = rng.choice(SERVICES)
    chunks = []
    for _ in range(traces):
        trace = rng.getrandbits(63) | 1
        ids = [rng.getrandbits(63) | 1 for _ in range(SPANS_PER_TRACE)]
        start = now_ns - rng.randrange(10**9)
        route, status = rng.choice(ROUTES), rng.choice(("200",) * 20 + ("404", "500"))
        chunk = []
        for number, span_id in enumerate(ids):
            root = number == 0
            meta = {"env": "demo", "version": "1.4.2", "_dd.svc_src": "manual"}
            metrics: dict[str, float] = {}
            if root:
                meta |= {
                    "runtime-id": "74690db180174827b1d6871eed7fb90b",
                    "_dd.p.tid": "6b05a07300000000",
                    "_dd.p.dm": "-0",
                    "language": "python",
                    "span.kind": "server",
                    "component": "flask",
                    "http.route": route,
                    "http.method": "GET",
                    "http.status_code": status,
                    "http.url": f"http://shop.test/products/{rng.randrange(500)}",
                    "sightline.traffic": "customer",
                    "http.useragent": "Mozilla/5.0 (X11; Linux x86_64)",
                }
                metrics |= {
                    "_dd.top_level": 1.0,
                    "_dd.tracer_kr": 1.0,
                    "_sampling_priority_v1": 1.0,
                    "process_id": 4.0,
                }
            else:
                meta |= {"span.kind": "client", "component": "sqlalchemy", "db.system": "sqlite", "out.host": "db"}
                metrics["db.row_count"] = float(rng.randrange(40))
            chunk.append(
                (
                    ref(service),
                    ref("flask.request" if root else "sqlite.query"),
                    ref(f"GET {route}" if root else f"SELECT name FROM products_{rng.randrange(20)}"),  # noqa: S608 - a span's text
                    trace,
                    span_id,
                    0 if root else ids[rng.randrange(number)],
                    start + number * 100_000,
                    rng.randrange(50_000, 400_000_000),
                    int(status == "500" and root),
                    {ref(key): ref(value) for key, value in meta.items()},
                    {ref(key): value for key, value in metrics.items()},
                    ref("web" if root else "sql"),
                )
            )
        chunks.append(chunk)
    return msgspec.msgpack.encode((list(table), chunks))


def otlp(traces: int, rng: random.Random, now_ns: int) -> bytes:
    """Encode the like as the OpenTelemetry SDK does."""
    spans = []
    for _ in range(traces):
        trace = rng.randbytes(16)
        ids = [rng.randbytes(8) for _ in range(SPANS_PER_TRACE)]
        start = now_ns - rng.randrange(10**9)
        route, status = rng.choice(ROUTES), rng.choice((200,) * 20 + (404, 500))
        for number, span_id in enumerate(ids):
            root = number == 0
            tags: dict[str, Any] = (
                {
                    "http.request.method": "GET",
                    "url.scheme": "http",
                    "server.address": "shop.test",
                    "server.port": 80,
                    "url.path": f"/products/{rng.randrange(500)}",
                    "client.address": "10.0.0.9",
                    "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)",
                    "sightline.traffic": "customer",
                    "http.route": route,
                    "http.response.status_code": status,
                }
                if root
                else {
                    "db.system.name": "sqlite",
                    "db.namespace": "shop",
                    "db.query.text": f"SELECT name FROM products_{rng.randrange(20)}",  # noqa: S608 - a span's text
                }
            )
            spans.append(
                Span(
                    trace_id=trace,
                    span_id=span_id,
                    parent_span_id=b"" if root else ids[rng.randrange(number)],
                    name=f"GET {route}" if root else "SELECT shop",
                    kind=Span.SPAN_KIND_SERVER if root else Span.SPAN_KIND_CLIENT,
                    start_time_unix_nano=start + number * 100_000,
                    end_time_unix_nano=start + number * 100_000 + rng.randrange(50_000, 400_000_000),
                    attributes=_attributes(tags),
                    status=Status(
                        code=Status.STATUS_CODE_ERROR if root and status == 500 else Status.STATUS_CODE_UNSET
                    ),
                    flags=0x100,
                )
            )
    resource = {
        "service.name": rng.choice(SERVICES),
        "service.version": "1.4.2",
        "deployment.environment": "demo",
        "deployment.environment.name": "demo",
        "service.instance.id": "9199186b-4212-43cc-8e6e-9caee0e9c38a",
        "telemetry.sdk.language": "python",
        "telemetry.sdk.name": "opentelemetry",
        "telemetry.sdk.version": "1.45.1",
    }
    scope = ScopeSpans(scope=InstrumentationScope(name="opentelemetry.instrumentation.flask"), spans=spans)
    return ExportTraceServiceRequest(
        resource_spans=[ResourceSpans(resource=Resource(attributes=_attributes(resource)), scope_spans=[scope])]
    ).SerializeToString()


def _attributes(values: dict[str, Any]) -> list[KeyValue]:
    return [
        KeyValue(
            key=key, value=AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=str(value))
        )
        for key, value in values.items()
    ]
