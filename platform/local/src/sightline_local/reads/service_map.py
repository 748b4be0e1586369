"""Who calls whom: edges from parent and child spans of different services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_local.store import Store

# A consumer may start this much later than the producer that is its parent.
_EARLIER_NS = 600 * 1_000_000_000


def service_map(store: Store, now_ms: int, window_s: int) -> dict[str, Any]:
    """Return `nodes` (requests are entry spans) and `edges`, both sorted; a pair's p95 is the called span's."""
    start_ns, end_ns = (now_ms - window_s * 1000) * 1_000_000, now_ms * 1_000_000
    nodes = store.rows(
        "SELECT service, count_if(entry), count_if(entry AND error) FROM spans "
        "WHERE start_ns >= ? AND start_ns < ? GROUP BY service ORDER BY service",
        (start_ns, end_ns),
    )
    edges = store.rows(
        "WITH called AS (SELECT trace_lo, parent_id, service, error, duration_ns FROM spans "
        "WHERE start_ns >= ? AND start_ns < ? AND entry AND parent_id <> 0) "
        "SELECT caller.service, called.service, count(*), count_if(called.error), "
        "quantile_cont(called.duration_ns, 0.95) FROM called JOIN spans caller "
        "ON caller.trace_lo = called.trace_lo AND caller.span_id = called.parent_id "
        "WHERE caller.start_ns >= ? AND caller.start_ns < ? AND caller.service <> called.service "
        "GROUP BY ALL ORDER BY ALL",
        (start_ns, end_ns, start_ns - _EARLIER_NS, end_ns),
    )
    return {
        "nodes": [{"service": name, "requests": requests, "errors": errors} for name, requests, errors in nodes],
        "edges": [
            {"from": caller, "to": called, "calls": calls, "errors": errors, "p95_ms": p95 / 1e6}
            for caller, called, calls, errors, p95 in edges
        ],
    }
