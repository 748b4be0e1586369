"""Histories from Datadog, or from the local backend, which answers the same API: timeseries, cached on disk.

`/api/v1/slo/{id}/history` is too coarse (two hours a point over a day), so the SLI's own queries are asked, in spans
that still come back a minute a point. The vendor allows some 1,600 such queries an hour: what was answered for a span
that is over is kept, and the rate limit's headers are kept to before the limit is hit.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sightline_core.atomic import write_text
from sightline_core.errors import SightlineError
from sightline_datadog.evaluate.formula import NotEvaluatedError, on_sums
from sightline_datadog.query import canonical, parse_metric_query, tree
from sightline_slo.backtesting.history import STEP_S, History
from sightline_slo.model import Backend, Events

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from sightline_datadog.transport import Answer, Transport
    from sightline_slo.model import Query, Slo

SPAN_S = 15 * 3600
"""Of one query: 900 points of a minute, below the vendor's 1,500 and the local backend's bound."""

SPARE = 2
"""Queries that are left to others before we wait for the limit's reset."""


@dataclass(slots=True)
class Datadog:
    """An API, from when to when (Unix seconds), and where answers are kept."""

    transport: Transport
    host: str
    start: int
    end: int
    cache: Path | None = None
    sleep: Callable[[float], None] = time.sleep
    asked: int = field(default=0, init=False)

    def history(self, slo: Slo, backend: Backend) -> History | None:
        """Ask for the bad and all events of every minute; None for an SLI that counts nothing."""
        del backend
        sli = slo.sli.get(Backend.DATADOG)
        if not isinstance(sli, Events):
            return None
        total = self._formula(sli.total)
        if sli.bad is not None:
            bad = self._formula(sli.bad)
        else:
            assert sli.good is not None  # noqa: S101 - one of the two is there
            bad = np.maximum(total - self._formula(sli.good), 0)
        return History(self.start, np.minimum(bad, total), total) if total.any() else None

    def _formula(self, query: Query) -> NDArray[np.float64]:
        expression, problems = parse_metric_query(query.text)
        if expression is None:
            raise SightlineError("a query cannot be read", where=str(query.span), why=problems[0].message)
        parts = {part: self._points(part) for part in dict.fromkeys(tree.queries(expression))}
        if isinstance(expression, tree.MetricQuery):
            return parts[expression]
        size = (self.end - self.start) // STEP_S
        try:
            values = [
                on_sums(expression, {part: float(each[at]) for part, each in parts.items()}) for at in range(size)
            ]
        except NotEvaluatedError as error:
            raise SightlineError("a query is not computed here", where=str(query.span), why=str(error)) from error
        return np.array([value or 0.0 for value in values])

    def _points(self, query: tree.MetricQuery) -> NDArray[np.float64]:
        # A minute a point whatever the span: the backend would otherwise choose its own interval.
        text = canonical(query)
        if not query.has("rollup"):
            text += f".rollup(sum, {STEP_S})"
        values = np.zeros((self.end - self.start) // STEP_S)
        for begin in range(self.start, self.end, SPAN_S):
            for second, value in self._span(text, begin, min(begin + SPAN_S, self.end)):
                at = (second - self.start) // STEP_S
                if 0 <= at < len(values):
                    values[at] += value
        return values

    def _span(self, text: str, begin: int, end: int) -> list[tuple[int, float]]:
        kept = self._kept(text, begin, end)
        if kept is not None and kept.exists():
            try:
                found = json.loads(kept.read_text(encoding="utf-8"))
                return [(int(second), float(value)) for second, value in found]
            except (ValueError, TypeError):
                pass  # a cache that cannot be read is asked anew
        answer = self.transport.request(
            "GET", "/api/v1/query", query=[("from", str(begin)), ("to", str(end)), ("query", text)]
        )
        self.asked += 1
        if not answer.ok:
            raise SightlineError("the history cannot be had", where=answer.where, why=answer.errors, help=text)
        points = _pointlist(answer)
        # A span that ended an hour ago takes no late points any more.
        if kept is not None and end < time.time() - 3600:
            write_text(kept, json.dumps(points))
        self._keep_the_limit(answer)
        return points

    def _kept(self, text: str, begin: int, end: int) -> Path | None:
        if self.cache is None:
            return None
        name = hashlib.sha256(f"{self.host}\n{text}\n{begin}\n{end}".encode()).hexdigest()
        return self.cache / f"{name[:32]}.json"

    def _keep_the_limit(self, answer: Answer) -> None:
        try:
            left = float(answer.headers["x-ratelimit-remaining"])
            reset = float(answer.headers["x-ratelimit-reset"])
        except (KeyError, ValueError):
            return
        if left <= SPARE:
            self.sleep(min(max(reset, 0.0), 3600.0))


def _pointlist(answer: Answer) -> list[tuple[int, float]]:
    body: Any = answer.body
    series = body.get("series", []) if isinstance(body, dict) else []
    return [
        (int(milliseconds) // 1000, float(value))
        for each in series
        for milliseconds, value in each.get("pointlist", [])
        if value is not None
    ]
