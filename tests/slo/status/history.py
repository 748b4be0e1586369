"""A month of counts at the local backend, so that budgets have burned."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.slo.specs import spec

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.slo.backend import Backend

HOUR = 3600
COUNT = 1
"""The vendor's number for the type of a series of counts."""


def month(backend: Backend, metric: str, value: Callable[[int], float], *, days: int = 30) -> int:
    """Count `value(hours ago)` each hour up to an hour ago, and return when that was."""
    now = int(time.time()) // HOUR * HOUR
    points = [
        {"timestamp": now - hours * HOUR, "value": value(hours)}
        for hours in range(days * 24 - 1, 0, -1)
        if value(hours)
    ]
    for start in range(0, len(points), 100):
        body = {"series": [{"metric": metric, "type": COUNT, "points": points[start : start + 100], "tags": ["env:x"]}]}
        backend.call("POST", "/api/v2/series", body)
    # What was taken is written a moment later.
    wanted = sum(float(each["value"]) for each in points)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        query = f"query=sum:{metric}%7B*%7D.as_count().rollup(sum,{HOUR})&from={now - days * 24 * HOUR}&to={now}"
        series = backend.call("GET", f"/api/v1/query?{query}")["series"]
        if sum(value for each in series for _, value in each["pointlist"]) == wanted:
            return now
        time.sleep(0.05)
    raise AssertionError(f"{metric} never arrived")


def named(metric: str, name: str = "success", objective: object = 99.5, **more: str) -> str:
    """Return a spec whose SLO counts `metric.failed` of `metric.attempted`."""
    text = spec(name, objective=objective, bad=f"sum:{metric}.failed{{*}}.as_count()", **more)
    return text.replace("sum:pay.attempted", f"sum:{metric}.attempted")
