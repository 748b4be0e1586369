"""`or vector(0)` has no labels and is there always: on one side of a ratio it divides by 0, or matches no group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend, Events
from sightline_slo.promql.ratios import falls_back, ratios, without_fallback
from sightline_slo.promql.tree import labels, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sightline_slo.model import Query, Slo

CODE = "SLO035"
SEVERITY = Severity.WARNING


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Compare both sides of each ratio: those within a query, and the two queries of events."""
    sli = slo.sli.get(Backend.PROMETHEUS)
    for query in sli.queries if sli else ():
        for each in ratios(query.text):
            yield from _sides(each.lhs, each.rhs, query, query)
    if isinstance(sli, Events):
        counted = sli.bad or sli.good or sli.total
        yield from _sides(parsed(counted.text), parsed(sli.total.text), counted, sli.total)


def _sides(part: Any, whole: Any, counted: Query, total: Query) -> Iterator[Finding]:
    if falls_back(whole) and not falls_back(part):
        yield Finding(
            "only the total falls back to `vector(0)`",
            total.span,
            "0 without traffic, and nothing is divided by it",
            "leave it out: without traffic there is no ratio",
        )
    elif falls_back(part) and (kept := labels(without_fallback(whole))):
        yield Finding(
            f"`vector(0)` has no labels, and the total keeps {{{', '.join(sorted(kept))}}}",
            counted.span,
            "it matches none of the groups",
            "write `or total * 0` with the query of the total",
        )
