"""One service over time: requests, errors and durations of its entry spans, and which of its operations do how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_local.store import Store

PARTS = 60
_MOST_RESOURCES = 50


def service(store: Store, name: str, now_ms: int, window_s: int) -> dict[str, Any]:
    """Return `points` (second, requests, errors, p50, p95, p99) of the parts that had a request, and `resources`.

    The parts are aligned to Unix time, so that a point does not change as the window moves on.
    """
    width_s = max((window_s + PARTS - 1) // PARTS, 1)
    start_s = (now_ms // 1000 - window_s) // width_s * width_s
    bounds = (name, start_s * 1_000_000_000, now_ms * 1_000_000)
    points = store.rows(
        "SELECT start_ns // ? AS part, count(*), count_if(error), quantile_cont(duration_ns, [0.5, 0.95, 0.99]) "
        "FROM spans WHERE service = ? AND start_ns >= ? AND start_ns < ? AND entry GROUP BY part ORDER BY part",
        (width_s * 1_000_000_000, *bounds),
    )
    resources = store.rows(
        "SELECT resource, count(*), count_if(error), quantile_cont(duration_ns, [0.5, 0.95]) FROM spans "
        "WHERE service = ? AND start_ns >= ? AND start_ns < ? AND entry "
        "GROUP BY resource ORDER BY count(*) DESC, resource LIMIT ?",
        (*bounds, _MOST_RESOURCES),
    )
    return {
        "service": name,
        "now": now_ms,
        "window_s": window_s,
        "width_s": width_s,
        "points": [
            [part * width_s, requests, errors, *(value / 1e6 for value in durations)]
            for part, requests, errors, durations in points
        ],
        "resources": [
            {"resource": each, "requests": requests, "errors": errors, "p50_ms": p50 / 1e6, "p95_ms": p95 / 1e6}
            for each, requests, errors, (p50, p95) in resources
        ],
    }
