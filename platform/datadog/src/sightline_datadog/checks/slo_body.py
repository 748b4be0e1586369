"""An SLO must have a target below 100 with three decimals at most, a timeframe that exists, and queries that parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.documents import Document, Kind
from sightline_datadog.query import parse_metric_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = "DDC013"
TIMEFRAMES = ("7d", "30d", "90d", "custom")
DECIMALS = 3


def check(document: Document, _documents: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Look at thresholds and queries."""
    if document.kind is not Kind.SLO:
        return
    thresholds = document.body.get("thresholds") or []
    if not thresholds:
        yield "it has no threshold", "add one such as {timeframe: 30d, target: 99.9}"
    for each in thresholds:
        target, warning = float(each.get("target", 0)), each.get("warning")
        if each.get("timeframe") not in TIMEFRAMES:
            yield f"`{each.get('timeframe')}` is no timeframe", f"one of {', '.join(TIMEFRAMES)}"
        if not 0 < target < 100:
            yield f"a target of {target:g} % is refused", "choose one above 0 and below 100"
        elif round(target, DECIMALS) != target:
            yield f"a target of {target!r} % has more than {DECIMALS} decimals", "round it"
        if warning is not None and float(warning) <= target:
            yield f"the warning at {warning:g} % must be above the target of {target:g} %", "raise it"
    for name, text in _queries(document):
        _, problems = parse_metric_query(text)
        for problem in problems:
            yield f"the query `{name}` is wrong at character {problem.start + 1}: {problem.message}", problem.help


def _queries(document: Document) -> Iterator[tuple[str, str]]:
    query = document.body.get("query")
    if isinstance(query, dict):
        yield from ((name, str(text)) for name, text in query.items())
    count = (document.body.get("sli_specification") or {}).get("count") or {}
    for each in count.get("queries") or []:
        yield str(each.get("name")), str(each.get("query", ""))
