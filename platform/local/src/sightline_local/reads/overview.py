"""How every service does: requests, errors and durations of its entry spans within a window."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_local.store import Store

SPARKS = 30


def overview(store: Store, now_ms: int, window_s: int) -> dict[str, Any]:
    """Return `now`, `window_s` and `services`, busiest first; `spark` are the requests of thirty equal parts."""
    start_ns, end_ns = (now_ms - window_s * 1000) * 1_000_000, now_ms * 1_000_000
    rows = store.rows(
        "SELECT service, list_sort(list_distinct(list(source))), count(*), count_if(error), "
        "quantile_cont(duration_ns, [0.5, 0.95, 0.99]) FROM spans "
        "WHERE start_ns >= ? AND start_ns < ? AND entry GROUP BY service ORDER BY count(*) DESC, service",
        (start_ns, end_ns),
    )
    parts: dict[str, list[int]] = defaultdict(lambda: [0] * SPARKS)
    width = max((end_ns - start_ns) // SPARKS, 1)
    for service, part, count in store.rows(
        "SELECT service, least((start_ns - ?) // ?, ?) AS part, count(*) FROM spans "
        "WHERE start_ns >= ? AND start_ns < ? AND entry GROUP BY ALL",
        (start_ns, width, SPARKS - 1, start_ns, end_ns),
    ):
        parts[service][part] = count
    services = []
    for service, sources, requests, errors, (p50, p95, p99) in rows:
        services.append(
            {
                "service": service,
                "source": sources,
                "requests": requests,
                "rate_per_s": requests / window_s,
                "errors": errors,
                "error_ratio": errors / requests,
                "p50_ms": p50 / 1e6,
                "p95_ms": p95 / 1e6,
                "p99_ms": p99 / 1e6,
                "spark": parts[service],
            }
        )
    return {"now": now_ms, "window_s": window_s, "services": services}
