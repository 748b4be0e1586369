"""An SLO must have a target below 100 with three decimals at most, a warning above it, and queries that parse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import read_metric_query
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.located import Path
    from sightline_datadog.inspection import Among

CODE = "DDC013"
DECIMALS = 3


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at thresholds and queries."""
    if document.kind is not Kind.SLO:
        return
    thresholds = document.body.get("thresholds") or []
    if not thresholds:
        yield Fault("it has no threshold", "add one such as {timeframe: 30d, target: 99.9}", ("thresholds",))
    for index, each in enumerate(thresholds):
        path: Path = ("thresholds", index)
        target, warning = float(each.get("target") or 0), each.get("warning")
        if not 0 < target < 100:
            yield Fault(f"a target of {target:g} % is refused", "choose one above 0 and below 100", (*path, "target"))
        elif round(target, DECIMALS) != target:
            message = f"a target of {target!r} % has more than {DECIMALS} decimals"
            yield Fault(message, "round it", (*path, "target"))
        if warning is not None and float(warning) <= target:
            message = f"the warning at {warning:g} % must be above the target of {target:g} %"
            yield Fault(message, "raise it", (*path, "warning"))
    yield from _unreadable(document)


def _unreadable(document: Document) -> Iterator[Fault]:
    for name, text, where in _queries(document):
        expression, problems = read_metric_query(text)
        if isinstance(expression, tree.Listing):
            yield Fault(f"the query `{name}` is a list of queries", "join them with `+`", where)
        for problem in problems:
            message = f"the query `{name}` is wrong at character {problem.start + 1}: {problem.message}"
            yield Fault(message, problem.help, where, (problem.start, problem.end))


def _queries(document: Document) -> Iterator[tuple[str, str, Path]]:
    query = document.body.get("query")
    if isinstance(query, dict):
        yield from ((name, str(text), ("query", name)) for name, text in query.items())
    specification = document.body.get("sli_specification") or {}
    counted: Path = ("sli_specification", "count")
    sliced: Path = ("sli_specification", "time_slice", "query")
    for path, holder in ((counted, specification.get("count")), (sliced, _query_of(specification))):
        for index, each in enumerate((holder or {}).get("queries") or []):
            if isinstance(each, dict):  # the schema has said so of any other
                yield str(each.get("name")), str(each.get("query") or ""), (*path, "queries", index, "query")


def _query_of(specification: dict[str, Any]) -> dict[str, Any] | None:
    found = (specification.get("time_slice") or {}).get("query")
    return found if isinstance(found, dict) else None
