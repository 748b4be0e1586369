"""What a query over a window comes to, group by group: metrics with formulas and functions, SLOs, logs and events."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate import functions, pointwise
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.lines import Line, Lines, Value, combine, resolved
from sightline_datadog.query import alerts, parse_formula, parse_metric_query, tree
from sightline_datadog.query.problems import QuerySyntaxError
from sightline_datadog.query.scanner import Scanner
from sightline_datadog.query.search import parse_search
from sightline_local.api import slo_measures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sightline_datadog.evaluate.look import Group, Sources

MOST_POINTS = 350
"""Where a query does not say how far apart its points are, a window has no more of them.

https://docs.datadoghq.com/dashboards/functions/rollup/ shows a point in 20 s for an hour and in 5 min for a day.
"""
MOST_BUCKETS = 750
"""What is measured bucket by bucket has no more of them: each is a search of its own."""
_STEPS = (
    10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400,
    2 * 86_400, 4 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400, 364 * 86_400,
)  # fmt: skip
_KEPT_EVENTS = frozenset({"logs", "events"})
_NEVER_KEPT = frozenset(
    {
        "audit", "ci_pipelines", "ci_tests", "cloud_cost", "container", "database_queries", "incident_analytics",
        "llm_observability", "network", "on_call_events", "process", "product_analytics", "profiles", "rum",
        "security_signals",
    }
)  # fmt: skip
"""Of these nothing is ever taken in here: an answer without data is the truth."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A window in Unix seconds, `end` not included, in points of `interval` seconds; `now` is the clock."""

    start: int
    end: int
    interval: int
    now: int

    def buckets(self) -> list[tuple[int, int]]:
        """Return its parts, which start at multiples of the interval.

        Raises:
            NotEvaluatedError: there are too many.
        """
        first = self.start - self.start % self.interval
        if (self.end - first) / self.interval > MOST_BUCKETS:
            raise NotEvaluatedError(f"more than {MOST_BUCKETS} points: ask for a longer interval")
        return [(at, at + self.interval) for at in range(first, self.end, self.interval)]


def default_interval(window_s: int) -> int:
    """Return how far apart the points of a window are that says nothing of it, in seconds."""
    return next((each for each in _STEPS if window_s / each <= MOST_POINTS), _STEPS[-1])


def metric_lines(text: str, asked: Asked, sources: Sources) -> tuple[tree.Expression, Lines]:
    """Compute a metric query with its functions and arithmetic.

    Raises:
        NotEvaluatedError: it cannot be read, or is not computed here; the message says which.
    """
    expression, problems = parse_metric_query(text)
    if expression is None or problems:
        raise NotEvaluatedError(problems[0].message if problems else "it is empty")
    functions.refuse_unknown(expression)
    span = pointwise.Span(asked.start, asked.end, asked.interval, asked.now)
    return expression, pointwise.lines(resolved(expression), span, sources.metrics)


def query_lines(query: Mapping[str, Any], asked: Asked, sources: Sources) -> Lines:
    """Compute one query of the newer form, whatever its `data_source`.

    Raises:
        NotEvaluatedError: it is not computed here.
    """
    kind = str(query.get("data_source"))
    if kind == "metrics":
        return metric_lines(str(query.get("query") or ""), asked, sources)[1]
    if kind == "slo":
        return slo_measures.lines(query, asked.buckets(), asked.now, sources)
    found: dict[Group, Line] = {}
    for start, end in asked.buckets() if kind not in _NEVER_KEPT else ():
        for group, value in _measured(query, (start, end), asked.now, sources).items():
            found.setdefault(group, {})[start] = value
    return found


def query_values(query: Mapping[str, Any], asked: Asked, sources: Sources) -> dict[Group, float]:
    """Compute one query of the newer form as one value for each group: its `aggregator` over the points.

    Raises:
        NotEvaluatedError: it is not computed here.
    """
    kind = str(query.get("data_source"))
    if kind == "metrics":
        lines = metric_lines(str(query.get("query") or ""), asked, sources)[1]
        reduce = _aggregator(str(query.get("aggregator") or "avg"))
        return {group: reduce(line) for group, line in lines.items() if line}
    return {} if kind in _NEVER_KEPT else _measured(query, (asked.start, asked.end), asked.now, sources)


def computed(formula: str, values: Mapping[str, Lines], grid: Sequence[int]) -> Lines:
    """Compute a formula over the queries that it names.

    Raises:
        NotEvaluatedError: it cannot be read, names no query that is there, or is not computed here.
    """
    expression, problems = parse_formula(formula)
    if expression is None or problems:
        raise NotEvaluatedError(problems[0].message if problems else "the formula is empty")
    result = _value(expression, values, grid)
    return result if isinstance(result, dict) else {(): dict.fromkeys(grid, result)}


def _value(node: tree.Expression, values: Mapping[str, Lines], grid: Sequence[int]) -> Value:
    match node:
        case tree.Number(value=value):
            return value
        case tree.Variable(name=name):
            if name not in values:
                raise NotEvaluatedError(f"nothing says what `{name}` is")
            return values[name]
        case tree.Arithmetic(operator=operator, left=left, right=right):
            return combine(operator, _value(left, values, grid), _value(right, values, grid))
        case tree.Function(name=name, arguments=arguments, calls=()) if name in _FORMULA_FUNCTIONS:
            inner = [_value(each, values, grid) for each in arguments if not isinstance(each, tree.Text)]
            texts = [each.value for each in arguments if isinstance(each, tree.Text)]
            return functions.apply(name, inner, texts, grid)
        case _:
            raise NotEvaluatedError("a part of the formula is not computed here")


_FORMULA_FUNCTIONS = functions.KNOWN - {"timeshift"}


def _aggregator(name: str) -> Callable[[Line], float]:
    known: dict[str, Callable[[Line], float]] = {
        "avg": lambda line: math.fsum(line.values()) / len(line),
        "sum": lambda line: math.fsum(line.values()),
        "min": lambda line: min(line.values()),
        "max": lambda line: max(line.values()),
        "last": lambda line: line[max(line)],
        "l2norm": lambda line: math.hypot(*line.values()),
        "area": lambda line: math.fsum(line.values()),
        "count": len,
    }
    if name not in known:
        raise NotEvaluatedError(f"the aggregator `{name}` is not computed here")
    return known[name]


def _measured(query: Mapping[str, Any], window: tuple[int, int], now: int, sources: Sources) -> dict[Group, float]:
    kind = str(query.get("data_source"))
    if kind == "slo":
        return slo_measures.values(query, window, now, sources)
    if kind not in _KEPT_EVENTS or sources.events is None:
        raise NotEvaluatedError(f"queries of `{kind[:50]}` are not answered here")
    compute = query.get("compute") if isinstance(query.get("compute"), dict) else {}
    search = query.get("search") if isinstance(query.get("search"), dict) else {}
    try:
        where = parse_search(Scanner(str((search or {}).get("query") or "")))
    except QuerySyntaxError as error:
        raise NotEvaluatedError(f"its search cannot be read: {error}") from None
    grouped = query.get("group_by") if isinstance(query.get("group_by"), list) else []
    by = [str(each.get("facet")) for each in grouped or () if isinstance(each, dict)]
    method = str((compute or {}).get("aggregation") or "count")
    asked = alerts.SearchAlert(kind, where, (), ">", 0.0)
    return dict(sources.events.measure(asked, by, window, method, str((compute or {}).get("metric") or "")))
