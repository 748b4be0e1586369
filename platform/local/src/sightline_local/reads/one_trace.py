"""One trace: its spans in order, its log records, and the parents that never arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from sightline_local.intake.ids import trace_key
from sightline_local.reads.logs import COLUMNS, log_row
from sightline_local.reads.where import hex_id

if TYPE_CHECKING:
    from sightline_local.store import Store

MAX_SPANS = 20_000
_MAX_LOGS = 2_000
_FIELDS = (
    "trace_hi, span_id, parent_id, service, name, resource, type, kind, start_ns, duration_ns, error, "
    "status_code, source, tags"
)


def trace(store: Store, id_text: str) -> dict[str, Any] | None:
    """Return a trace by its id: 32 hexadecimal digits, or the low half as 16 or in decimal; None when there is none.

    A span that was sent twice is there once. Of two traces with the same low half, the one that the id names (or, by
    low half alone, the newest) is returned.
    """
    key = trace_key(id_text.strip().lower())
    if key is None:
        return None
    low, high = key
    rows = store.rows(
        f"SELECT {_FIELDS} FROM spans WHERE trace_lo = ? ORDER BY start_ns, duration_ns DESC, span_id LIMIT ?",  # noqa: S608 - our own names
        (low, MAX_SPANS),
    )
    # Only a tracer that knows 64 bits leaves the high half out: its spans belong to whichever trace is meant.
    highs = {row[0] for row in rows} - {0}
    if high and high in highs:
        rows = [row for row in rows if row[0] in {0, high}]
    elif high and highs:
        return None
    elif len(highs) > 1:
        newest = next(row[0] for row in reversed(rows) if row[0])
        rows = [row for row in rows if row[0] in {0, newest}]
    if not rows:
        return None
    spans = {row[1]: row for row in reversed(rows)}
    ordered = sorted(spans.values(), key=lambda row: (row[8], -row[9], row[1]))
    start = ordered[0][8]
    end = max(row[8] + row[9] for row in ordered)
    records = store.rows(
        f"SELECT {COLUMNS} FROM logs WHERE trace_lo = ? ORDER BY at_ns LIMIT ?",  # noqa: S608 - our own names
        (low, _MAX_LOGS),
    )
    missing = sorted({row[2] for row in ordered if row[2] and row[2] not in spans})
    return {
        "trace_id": hex_id(max(row[0] for row in ordered) or high, low),
        "start_ns": str(start),
        "duration_ns": end - start,
        "services": sorted({row[3] for row in ordered}),
        "spans": [_span(row, start) for row in ordered],
        "logs": [log_row(row) for row in records],
        "missing_parents": [f"{each:016x}" for each in missing],
    }


def _span(row: tuple[Any, ...], start: int) -> dict[str, Any]:
    _, span_id, parent_id, service, name, resource, kind_type, kind, at, length, error, status, source, tags = row
    return {
        "span_id": f"{span_id:016x}",
        "parent_id": f"{parent_id:016x}" if parent_id else None,
        "service": service,
        "name": name,
        "resource": resource,
        "type": kind_type,
        "kind": kind,
        "start_offset_ns": at - start,
        "duration_ns": length,
        "error": error,
        "status_code": status,
        "source": source,
        "tags": orjson.loads(tags or b"{}"),
    }
