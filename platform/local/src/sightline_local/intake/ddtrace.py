"""The tracer's payloads (v0.4: maps; v0.5: a string table and tuples) as columns, without an object per span.

msgspec checks the types while it decodes; what remains here is the meaning. A chunk is the spans that one process sent
of one trace; the high half of its 128-bit trace id stands on its first span only (`_dd.p.tid`) and holds for all.
"""

from __future__ import annotations

from math import isfinite
from operator import add
from typing import TYPE_CHECKING, Any

import msgspec
from orjson import dumps

from sightline_local.intake.bodies import RefusedError
from sightline_local.intake.ids import LATEST_NS, U64, hex_or_none, status_code
from sightline_local.store.columns import SpanColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sized

TOP = "_dd.top_level"
MAX_TAGS = 2000
_EXACT = 1 << 53
_ENTRY_KINDS = frozenset({"server", "consumer"})


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
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise RefusedError(400, f"the body is no v0.4 payload: {error}") from error
    spans = [span for chunk in chunks for span in chunk]
    metas = [span.meta or {} for span in spans]
    metrics = [span.metrics or {} for span in spans]
    columns = SpanColumns()
    columns.service = [span.service or "" for span in spans]
    columns.name = [span.name or "" for span in spans]
    columns.resource = [span.resource or span.name or "" for span in spans]
    columns.trace_lo = [span.trace_id for span in spans]
    columns.span_id = [span.span_id for span in spans]
    columns.parent_id = [span.parent_id or 0 for span in spans]
    columns.start_ns = [span.start for span in spans]
    columns.duration_ns = [span.duration for span in spans]
    columns.error = [bool(span.error) for span in spans]
    columns.type = [span.type or "" for span in spans]
    _check(columns, metas, metrics)
    _complete(
        columns,
        [len(chunk) for chunk in chunks],
        [TOP in each for each in metrics],
        lambda key: [each.get(key) for each in metas],
    )
    columns.tags = [_tags(dict(meta), numbers) for meta, numbers in zip(metas, metrics, strict=True)]
    return columns


def decode_v05(body: bytes) -> SpanColumns:
    """Decode a v0.5 payload.

    Raises:
        RefusedError: it is no such payload; the reason says where it fails.
    """
    try:
        strings, chunks = _v05.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise RefusedError(400, f"the body is no v0.5 payload: {error}") from error
    columns = SpanColumns()
    spans = [span for chunk in chunks for span in chunk]
    if not spans:
        return columns
    services, names, resources, traces, ids, parents, starts, lengths, errors, metas, metrics, types = zip(
        *spans, strict=True
    )
    index = {text: number for number, text in enumerate(strings)}

    def tag(key: str) -> list[str | None]:
        number = index.get(key)
        if number is None:
            return [None] * len(spans)
        return [strings[each[number]] if number in each else None for each in metas]

    try:
        columns.service = [strings[number] for number in services]
        columns.name = [strings[number] for number in names]
        columns.resource = [strings[number] or strings[name] for number, name in zip(resources, names, strict=True)]
        columns.trace_lo, columns.span_id, columns.parent_id = list(traces), list(ids), list(parents)
        columns.start_ns, columns.duration_ns = list(starts), list(lengths)
        columns.error = [bool(each) for each in errors]
        columns.type = [strings[number] for number in types]
        _check(columns, metas, metrics)
        top = index.get(TOP)
        _complete(columns, [len(chunk) for chunk in chunks], [top in each for each in metrics], tag)
        columns.tags = [
            _tags(
                {strings[key]: strings[value] for key, value in meta.items()},
                {strings[key]: value for key, value in numbers.items()} if numbers else numbers,
            )
            for meta, numbers in zip(metas, metrics, strict=True)
        ]
    except IndexError as error:
        raise RefusedError(400, "a v0.5 span names a string that the table does not have") from error
    return columns


def _check(columns: SpanColumns, metas: Iterable[Sized], metrics: Iterable[Sized]) -> None:
    """Refuse what no tracer sends, before a column that cannot hold it does."""
    if not columns.trace_lo:
        return
    for ids, least in ((columns.trace_lo, 1), (columns.span_id, 1), (columns.parent_id, 0)):
        if not least <= min(ids) or max(ids) > U64:
            raise RefusedError(400, "a span's ids are no unsigned 64-bit numbers other than zero")
    for times, least in ((columns.start_ns, 1), (columns.duration_ns, 0)):
        if not least <= min(times) or max(times) >= LATEST_NS:
            raise RefusedError(400, "a span's start or duration is no time in nanoseconds")
    if max(map(add, columns.start_ns, columns.duration_ns)) >= LATEST_NS:
        raise RefusedError(400, "a span ends later than any time in nanoseconds")
    if max(map(len, metas)) > MAX_TAGS or max(map(len, metrics)) > MAX_TAGS:
        raise RefusedError(400, f"a span has more than {MAX_TAGS} tags")


def _complete(columns: SpanColumns, sizes: list[int], tops: list[bool], tag: Callable[[str], list[str | None]]) -> None:
    """Fill in what is the same for both versions from the tags, by chunk where the chunk decides."""
    kinds = [kind or "internal" for kind in tag("span.kind")]
    highs = tag("_dd.p.tid")
    at = 0
    for size in sizes:
        end = at + size
        if size:
            columns.trace_hi += [hex_or_none(highs[at]) or 0] * size
        if any(tops[at:end]):
            columns.entry += tops[at:end]
        else:
            # An older tracer, or a chunk flushed in parts: an entry is what has its parent elsewhere.
            members = set(columns.span_id[at:end])
            columns.entry += [
                parent not in members or kind in _ENTRY_KINDS
                for parent, kind in zip(columns.parent_id[at:end], kinds[at:end], strict=True)
            ]
        at = end
    columns.kind = kinds
    columns.status_code = [status_code(text) if text else None for text in tag("http.status_code")]
    columns.route = tag("http.route")
    columns.traffic = tag("sightline.traffic")
    columns.fault = tag("sightline.fault")
    columns.env = tag("env")
    columns.version = tag("version")
    columns.source = ["ddtrace"] * len(kinds)
    columns.measured = columns.entry


def _tags(tags: dict[str, Any], numbers: Mapping[str, float]) -> str:
    for key, value in numbers.items():
        if isfinite(value):
            tags[key] = int(value) if abs(value) < _EXACT and value == int(value) else value
    return dumps(tags).decode()
