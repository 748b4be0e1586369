"""OTLP log records as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from sightline_local.intake.ids import LATEST_NS
from sightline_local.intake.otlp_common import attributes, identity, plain
from sightline_local.store.columns import LogColumns

if TYPE_CHECKING:
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

_LEVELS = ("info", "debug", "debug", "info", "warning", "error", "critical")


def decode_logs(request: ExportLogsServiceRequest, now_ns: int) -> tuple[LogColumns, int]:
    """Return the records, and how many were refused for a time that is none; without one, they happened now."""
    columns = LogColumns()
    refused = 0
    for group in request.resource_logs:
        resource = attributes(group.resource.attributes)
        service, env, _ = identity(resource)
        for scope in group.scope_logs:
            for record in scope.log_records:
                at = record.time_unix_nano or record.observed_time_unix_nano or now_ns
                if at >= LATEST_NS:
                    refused += 1
                    continue
                own = attributes(record.attributes)
                if scope.scope.name:
                    own.setdefault("logger", scope.scope.name)
                body = plain(record.body)
                columns.at_ns.append(at)
                columns.service.append(service)
                columns.level.append(_level(record.severity_text, record.severity_number))
                columns.message.append(body if isinstance(body, str) else orjson.dumps(body).decode())
                columns.trace_lo.append(int.from_bytes(record.trace_id[8:16], "big") or None)
                columns.trace_hi.append(int.from_bytes(record.trace_id[:8], "big") or None)
                columns.span_id.append(int.from_bytes(record.span_id[:8], "big") or None)
                columns.env.append(env)
                columns.attributes.append(orjson.dumps({**resource, **own}, option=orjson.OPT_NON_STR_KEYS).decode())
    return columns, refused


def _level(text: str, number: int) -> str:
    if 0 < number <= 24:
        return _LEVELS[(number - 1) // 4 + 1]
    return text.lower()[:20] or "info"
