"""A query must parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO014"
SEVERITY = Severity.ERROR


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Put the parser's findings where the query stands."""
    sli = slo.sli.get(Backend.DATADOG)
    if sli is None:
        return
    # A parser that a spec for Prometheus alone never asks.
    from sightline_datadog.query import parse_metric_query, tree

    for query in sli.queries:
        expression, problems = parse_metric_query(query.text)
        if isinstance(expression, tree.Listing):
            yield Finding("a list of queries is no count", query.span, "several queries in one", "join them with `+`")
        for problem in problems:
            yield Finding(problem.message, query.place(problem.start, problem.end), problem.label, problem.help)
