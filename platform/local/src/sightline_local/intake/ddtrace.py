"""The tracer's payloads (v0.4: maps; v0.5: a string table and tuples) as columns, without an object per span.

msgspec checks the types while it decodes; what remains here is the meaning. A chunk is the spans that one process sent
of one trace; the high half of its 128-bit trace id stands on its first span only (`_dd.p.tid`) and holds for all.
"""

from __future__ import annotations

import math
from typing import Annotated

import msgspec
import orjson

from sightline_local.intake.bodies import RefusedError
from sightline_local.intake.ids import LATEST_NS, U64, hex_or_none, status_code
from sightline_local.store.columns import SpanColumns

U = Annotated[int, msgspec.Meta(ge=0)]
_ENTRY_KINDS = frozenset({"server", "consumer"})
_MAX_TAGS = 2000


class _Span(msgspec.Struct):
    """A v0.4 span: also v0.3 and v0.4 of older tracers, which leave fields out or send null."""

    trace_id: int
    span_id: int
    start: int
    duration: int
    service: str | None = None
    name: str | None = None
    resource: str | None = None
    type: str | None = None
    parent_id: int | None = None
    error: int | None = 0
    meta: dict[str, str] | None = None
    metrics: dict[str, float] | None = None
    meta_struct: msgspec.Raw = msgspec.Raw()
    span_links: list[dict[str, msgspec.Raw]] | None = None
    span_events: list[msgspec.Raw] | None = None


_V05Span = tuple[int, int, int, int, int, int, int, int, int, dict[int, int], dict[int, float], int]
_v04 = msgspec.msgpack.Decoder(list[list[_Span]])
_v05 = msgspec.msgpack.Decoder(tuple[list[str], list[list[_V05Span]]])


def decode_v04(body: bytes) -> SpanColumns:
    """Decode a v0.4 payload.

    Raises:
        RefusedError: it is no such payload; the reason says where it fails.
    """
    try:
        chunks = _v04.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RefusedError(400, f"the body is no v0.4 payload: {error}") from error
    columns = SpanColumns()
    for chunk in chunks:
        high = 0
        if chunk and chunk[0].meta:
            high = hex_or_none(chunk[0].meta.get("_dd.p.tid")) or 0
        told = any(span.metrics and "_dd.top_level" in span.metrics for span in chunk)
        members = frozenset[int]() if told else frozenset(span.span_id for span in chunk)
        for span in chunk:
            _append(
                columns,
                high,
                members,
                (
                    span.service or "",
                    span.name or "",
                    span.resource or span.name or "",
                    span.trace_id,
                    span.span_id,
                    span.parent_id or 0,
                    span.start,
                    span.duration,
                    span.error or 0,
                    span.meta or {},
                    span.metrics or {},
                    span.type or "",
                ),
            )
    return columns


def decode_v05(body: bytes) -> SpanColumns:
    """Decode a v0.5 payload.

    Raises:
        RefusedError: it is no such payload; the reason says where it fails.
    """
    try:
        strings, chunks = _v05.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise RefusedError(400, f"the body is no v0.5 payload: {error}") from error
    columns = SpanColumns()
    try:
        top = strings.index("_dd.top_level") if "_dd.top_level" in strings else -1
        tid = strings.index("_dd.p.tid") if "_dd.p.tid" in strings else -1
        for chunk in chunks:
            high = 0
            if tid >= 0 and chunk and (found := chunk[0][9].get(tid)) is not None:
                high = hex_or_none(strings[found]) or 0
            told = top >= 0 and any(top in span[10] for span in chunk)
            members = frozenset[int]() if told else frozenset(span[4] for span in chunk)
            for (
                service,
                name,
                resource,
                trace,
                span_id,
                parent,
                start,
                length,
                error_flag,
                meta,
                metrics,
                kind,
            ) in chunk:
                _append(
                    columns,
                    high,
                    members,
                    (
                        strings[service],
                        strings[name],
                        strings[resource],
                        trace,
                        span_id,
                        parent,
                        start,
                        length,
                        error_flag,
                        {strings[key]: strings[value] for key, value in meta.items()},
                        {strings[key]: value for key, value in metrics.items()},
                        strings[kind],
                    ),
                )
    except IndexError as error:
        raise RefusedError(400, "a v0.5 span names a string that the table does not have") from error
    return columns


_Plain = tuple[str, str, str, int, int, int, int, int, int, dict[str, str], dict[str, float], str]


def _append(columns: SpanColumns, high: int, members: frozenset[int], span: _Plain) -> None:
    service, name, resource, trace, span_id, parent, start, length, error, meta, metrics, kind = span
    if not 0 < trace <= U64 or not 0 < span_id <= U64 or not 0 <= parent <= U64:
        raise RefusedError(400, "a span's ids are no unsigned 64-bit numbers other than zero")
    if not 0 < start < LATEST_NS or not 0 <= length < LATEST_NS:
        raise RefusedError(400, "a span's start or duration is no time in nanoseconds")
    if len(meta) + len(metrics) > _MAX_TAGS:
        raise RefusedError(400, f"a span has more than {_MAX_TAGS} tags")
    get = meta.get
    span_kind = get("span.kind") or "internal"
    if members:
        entry = parent not in members or span_kind in _ENTRY_KINDS
    else:
        entry = bool(metrics.get("_dd.top_level"))
    columns.trace_lo.append(trace)
    columns.trace_hi.append(high)
    columns.span_id.append(span_id)
    columns.parent_id.append(parent)
    columns.service.append(service)
    columns.name.append(name)
    columns.resource.append(resource or name)
    columns.type.append(kind)
    columns.kind.append(span_kind)
    columns.start_ns.append(start)
    columns.duration_ns.append(length)
    columns.error.append(error != 0)
    columns.entry.append(entry)
    columns.status_code.append(status_code(get("http.status_code") or metrics.get("http.status_code")))
    columns.route.append(get("http.route"))
    columns.traffic.append(get("sightline.traffic"))
    columns.fault.append(get("sightline.fault"))
    columns.env.append(get("env"))
    columns.version.append(get("version"))
    columns.source.append("ddtrace")
    columns.measured.append(entry)
    for key, value in metrics.items():
        if math.isfinite(value):
            meta[key] = int(value) if value == int(value) else value  # type: ignore[assignment]  # from here on it is JSON
    columns.tags.append(orjson.dumps(meta).decode())
