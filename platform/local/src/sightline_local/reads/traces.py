"""Lists of traces: the newest that have a span which passes the filter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_local.intake.ids import status_code, trace_key
from sightline_local.reads.where import Where, hex_id

if TYPE_CHECKING:
    from sightline_local.store import Store

_AROUND_NS = 3600 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class TraceFilter:
    """What a span of the trace must be. Without `q` and `error`, entry spans are looked at.

    Attributes:
        service: its service.
        error: whether it failed.
        status: its HTTP status, or a class such as `5xx`.
        route: its route.
        q: a trace id, or text in its resource, operation, or tags; case does not count.
        from_ms: not before (Unix milliseconds).
        to_ms: before.
        min_ms: lasted at least.
        traffic: customer, synthetic or load.
        limit: how many traces.
    """

    service: str | None = None
    error: bool | None = None
    status: str | None = None
    route: str | None = None
    q: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    min_ms: float | None = None
    traffic: str | None = None
    limit: int = 50


def traces(store: Store, wanted: TraceFilter) -> dict[str, Any]:
    """Return `traces`, newest first, and whether there are more (`truncated`)."""
    where = _where(wanted)
    limit = max(1, min(wanted.limit, 1000))
    found = store.rows(
        f"SELECT trace_lo, max(start_ns) AS newest, min(start_ns) FROM spans WHERE {where} "  # noqa: S608 - conditions of our own, values as parameters
        "GROUP BY trace_lo ORDER BY newest DESC LIMIT ?",
        [*where.parameters, limit + 1],
    )
    chosen = found[:limit]
    if not chosen:
        return {"traces": [], "truncated": False}
    first = min(start for _, _, start in chosen) - _AROUND_NS
    last = max(at for _, at, _ in chosen) + _AROUND_NS
    listed = ", ".join(str(int(trace)) for trace, _, _ in chosen)
    order = "row(parent_id <> 0, NOT entry, start_ns)"
    rows = store.rows(
        "SELECT trace_lo, max(trace_hi), "  # noqa: S608 - integers and our own names
        f"arg_min(row(service, name, resource, status_code), {order}), "
        "min(start_ns), max(start_ns + duration_ns), count(DISTINCT span_id), list_sort(list(DISTINCT service)), "
        f"bool_or(error), max(fault) FROM spans WHERE start_ns BETWEEN ? AND ? AND trace_lo IN ({listed}) "
        "GROUP BY trace_lo",
        (first, last),
    )
    by_trace = {row[0]: _row(row) for row in rows}
    return {
        "traces": [by_trace[trace] for trace, _, _ in chosen if trace in by_trace],
        "truncated": len(found) > limit,
    }


def _row(row: tuple[Any, ...]) -> dict[str, Any]:
    low, high, root, start, end, spans, services, error, fault = row
    service, name, resource, status = root.values() if isinstance(root, dict) else root
    return {
        "trace_id": hex_id(high, low),
        "root_service": service,
        "root_name": name,
        "resource": resource,
        "start": start // 1_000_000,
        "duration_ms": (end - start) / 1e6,
        "spans": spans,
        "services": services,
        "error": error,
        "status_code": status,
        "fault": fault,
    }


def _where(wanted: TraceFilter) -> Where:
    where = Where()
    if wanted.from_ms is not None:
        where.add("start_ns >= ?", wanted.from_ms * 1_000_000)
    if wanted.to_ms is not None:
        where.add("start_ns < ?", wanted.to_ms * 1_000_000)
    key = trace_key(wanted.q.strip()) if wanted.q else None
    if key is not None:
        where.add("trace_lo = ?", key[0])
        return where
    if not wanted.q and not wanted.error:
        where.add("entry")
    equal = (
        ("service = ?", wanted.service),
        ("error = ?", wanted.error),
        ("route = ?", wanted.route),
        ("traffic = ?", wanted.traffic),
        ("duration_ns >= ?", None if wanted.min_ms is None else int(wanted.min_ms * 1e6)),
    )
    for condition, value in equal:
        if value not in {None, ""}:
            where.add(condition, value)
    if wanted.status:
        _status(where, wanted.status)
    if wanted.q:
        text = wanted.q.strip().lower()
        where.add("contains(lower(concat_ws(' ', resource, name, service, tags)), ?)", text)
    return where


def _status(where: Where, text: str) -> None:
    number = status_code(text)
    if number is not None:
        where.add("status_code = ?", number)
    elif len(text) == 3 and text[0] in "12345" and text[1:].lower() == "xx":
        where.add("status_code // 100 = ?", int(text[0]))
    else:
        where.add("false")
