"""Log records: the newest that pass a filter, and how many there are over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from sightline_local.intake.ids import trace_key
from sightline_local.reads.where import Where, hex_id

if TYPE_CHECKING:
    from sightline_local.store import Store

_BARS = 60
_WORSE = {"error": ("error", "critical"), "warning": ("warning", "warn")}
COLUMNS = "at_ns, service, level, message, trace_lo, trace_hi, span_id, attributes"


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which records.

    Attributes:
        q: text in the message or the attributes; case does not count.
        service: whose.
        level: `error` includes `critical`.
        trace_id: of which trace, 32 or 16 hexadecimal digits or decimal.
        from_ms: not before (Unix milliseconds).
        to_ms: before.
        before_ns: older than this (Unix nanoseconds): where the last page ended. The histogram does not follow it.
        limit: how many.
    """

    q: str | None = None
    service: str | None = None
    level: str | None = None
    trace_id: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    before_ns: int | None = None
    limit: int = 100


def logs(store: Store, wanted: LogFilter) -> dict[str, Any]:
    """Return `logs`, newest first; a `histogram` of (ms, records, errors); whether there are more (`truncated`)."""
    where = _where(wanted)
    limit = max(1, min(wanted.limit, 1000))
    page, parameters = str(where), list(where.parameters)
    if wanted.before_ns is not None:
        page, parameters = f"{page} AND at_ns < ?", [*parameters, wanted.before_ns]
    rows = store.rows(
        f"SELECT {COLUMNS} FROM logs WHERE {page} ORDER BY at_ns DESC LIMIT ?",  # noqa: S608 - conditions of our own, values as parameters
        [*parameters, limit + 1],
    )
    return {
        "logs": [log_row(row) for row in rows[:limit]],
        "histogram": _histogram(store, wanted, where),
        "truncated": len(rows) > limit,
    }


def log_row(row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a record (`COLUMNS`) in the shape of the API."""
    at_ns, service, level, message, low, high, span, attributes = row
    return {
        "at": at_ns // 1_000_000,
        "at_ns": str(at_ns),
        "service": service,
        "level": level,
        "message": message,
        "trace_id": None if low is None else hex_id(high, low),
        "span_id": None if span is None else f"{span:016x}",
        "attributes": orjson.loads(attributes or b"{}"),
    }


def _histogram(store: Store, wanted: LogFilter, where: Where) -> list[list[int]]:
    start, end = wanted.from_ms, wanted.to_ms
    if start is None or end is None:
        ((low, high),) = store.rows(f"SELECT min(at_ns), max(at_ns) FROM logs WHERE {where}", where.parameters)  # noqa: S608 - as above
        if low is None:
            return []
        start = low // 1_000_000 if start is None else start
        end = high // 1_000_000 + 1 if end is None else end
    width = max((end - start + _BARS - 1) // _BARS, 1)
    rows = store.rows(
        "SELECT (at_ns // 1000000 - ?) // ? AS bar, count(*), count_if(level IN ('error', 'critical')) "  # noqa: S608 - as above
        f"FROM logs WHERE {where} AND at_ns < ? GROUP BY bar ORDER BY bar",
        [start, width, *where.parameters, end * 1_000_000],
    )
    return [[start + bar * width, count, errors] for bar, count, errors in rows]


def _where(wanted: LogFilter) -> Where:
    where = Where()
    if wanted.from_ms is not None:
        where.add("at_ns >= ?", wanted.from_ms * 1_000_000)
    if wanted.to_ms is not None:
        where.add("at_ns < ?", wanted.to_ms * 1_000_000)
    if wanted.service:
        where.add("service = ?", wanted.service)
    if wanted.level:
        level = wanted.level.lower()
        where.add("list_contains(?, level)", list(_WORSE.get(level, (level,))))
    if wanted.trace_id:
        key = trace_key(wanted.trace_id)
        where.add("trace_lo = ?", key[0] if key else 0)
    if wanted.q:
        text = wanted.q.strip().lower()
        where.add("contains(lower(message), ?) OR contains(lower(attributes), ?)", text, text)
    return where
