"""OTLP spans as columns, named so that they stand next to the vendor's: operation, resource, type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from sightline_local.intake.ids import LATEST_NS, status_code
from sightline_local.intake.otlp_common import attributes, identity
from sightline_local.store.columns import SpanColumns

if TYPE_CHECKING:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

_KINDS = ("internal", "internal", "server", "client", "producer", "consumer")
_REMOTE_PARENT = 0x300  # flags: "it is known whether the parent is remote" and "it is"


class _Owner(NamedTuple):
    """What every span of a resource shares; `prefix` is its JSON without the closing brace."""

    service: str
    env: str | None
    version: str | None
    resource: dict[str, Any]
    prefix: bytes


def decode_traces(request: ExportTraceServiceRequest) -> tuple[SpanColumns, int]:
    """Return the spans, and how many were refused for ids or times that are none."""
    columns = SpanColumns()
    refused = 0
    for group in request.resource_spans:
        resource = attributes(group.resource.attributes)
        service, env, version = identity(resource)
        owner = _Owner(service, env, version, resource, orjson.dumps(resource)[:-1])
        for scope in group.scope_spans:
            for span in scope.spans:
                if not _append(columns, span, owner):
                    refused += 1
    return columns, refused


def _append(
    columns: SpanColumns,
    span: Span,
    owner: _Owner,
) -> bool:
    trace_id, span_id, parent = span.trace_id, span.span_id, span.parent_span_id
    start, end = span.start_time_unix_nano, span.end_time_unix_nano
    trace_lo, span_number = int.from_bytes(trace_id[8:], "big"), int.from_bytes(span_id, "big")
    if len(trace_id) != 16 or len(span_id) != 8 or not any(trace_id) or not span_number:
        return False
    if not 0 < start < LATEST_NS or end >= LATEST_NS:
        return False
    own = attributes(span.attributes)
    kind = _KINDS[span.kind] if 0 <= span.kind < len(_KINDS) else "internal"
    if span.events:
        _note_events(own, span)
    if span.links:
        own["links"] = [{"trace_id": each.trace_id.hex(), "span_id": each.span_id.hex()} for each in span.links]
    failed = span.status.code == 2
    if failed and span.status.message:
        own.setdefault("error.message", span.status.message)
    get = own.get
    entry = kind in {"server", "consumer"} or not parent or span.flags & _REMOTE_PARENT == _REMOTE_PARENT
    name, span_type = _operation(span.name, kind, own)
    columns.trace_lo.append(trace_lo)
    columns.trace_hi.append(int.from_bytes(trace_id[:8], "big"))
    columns.span_id.append(span_number)
    columns.parent_id.append(int.from_bytes(parent[:8], "big"))
    columns.service.append(owner.service)
    columns.name.append(name)
    columns.resource.append(span.name)
    columns.type.append(span_type)
    columns.kind.append(kind)
    columns.start_ns.append(start)
    columns.duration_ns.append(max(end - start, 0))
    columns.error.append(failed)
    columns.entry.append(entry)
    status = get("http.response.status_code") or get("http.status_code")
    columns.status_code.append(None if status is None else status_code(status))
    columns.route.append(_text(get("http.route")))
    columns.traffic.append(_text(get("sightline.traffic")))
    columns.fault.append(_text(get("sightline.fault")))
    columns.env.append(owner.env)
    columns.version.append(owner.version)
    columns.source.append("otlp")
    columns.measured.append(entry)
    if own.keys() & owner.resource.keys():
        tags = orjson.dumps({**owner.resource, **own})
    elif own and owner.resource:
        # The resource is the same for every span of its group: written once, joined here.
        tags = owner.prefix + b"," + orjson.dumps(own)[1:]
    else:
        tags = orjson.dumps(own or owner.resource)
    columns.tags.append(tags.decode())
    return True


def _note_events(own: dict[str, Any], span: Span) -> None:
    others = []
    for event in span.events:
        details = attributes(event.attributes)
        if event.name == "exception":
            own["error.type"] = details.get("exception.type")
            own["error.message"] = details.get("exception.message")
            own["error.stack"] = details.get("exception.stacktrace")
        else:
            others.append(
                {
                    "name": event.name,
                    "offset_ns": event.time_unix_nano - span.start_time_unix_nano,
                    "attributes": details,
                }
            )
    if others:
        own["events"] = others


def _operation(name: str, kind: str, own: dict[str, Any]) -> tuple[str, str]:
    """Return the operation's name and the span's type, as the vendor derives them from OpenTelemetry's conventions."""
    if "db.system.name" in own or "db.system" in own:
        return f"{own.get('db.system.name') or own.get('db.system')}.query", "db"
    if "messaging.system" in own:
        operation = own.get("messaging.operation.type") or own.get("messaging.operation") or kind
        return f"{own['messaging.system']}.{operation}", "queue"
    if "http.request.method" in own or "http.method" in own:
        if kind == "server":
            return "http.server.request", "web"
        if kind == "client":
            return "http.client.request", "http"
    if kind == "server":
        return "server.request", "web"
    return name, "custom"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
