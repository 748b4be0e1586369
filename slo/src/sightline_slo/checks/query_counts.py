"""An SLI counts events: its queries add up (`sum:` or `count`) and count (`.as_count()`), over the SLO's groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend, Events

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO015"
SEVERITY = Severity.ERROR
COUNTING = ("sum", "count")


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Look at every metric query of every part."""
    sli = slo.sli.get(Backend.DATADOG)
    if not isinstance(sli, Events):
        return
    # A parser that a spec for Prometheus alone never asks.
    from sightline_datadog.query import parse_metric_query, tree

    for query in sli.queries:
        expression, problems = parse_metric_query(query.text)
        parts = tree.queries(expression) if expression is not None else ()
        if not parts and not problems:
            yield Finding("this counts no events", query.span, "no metric in it", "write `sum:metric{…}.as_count()`")
        for part in parts:
            span = query.place(*part.at)
            if part.aggregator not in COUNTING:
                yield Finding(
                    f"`{part.aggregator}:` does not add events up",
                    span,
                    "",
                    "write `sum:`, or `count:` for a distribution",
                )
            elif not part.has("as_count"):
                yield Finding(
                    "this is a rate, not a count of events",
                    span,
                    "Datadog takes only counts in a metric SLO",
                    "append `.as_count()`",
                )
            elif set(part.by) != set(slo.by):
                groups = f"by {{{','.join(part.by)}}}" if part.by else "no groups"
                wanted = f"`by: [{', '.join(slo.by)}]`" if slo.by else "no `by:`"
                yield Finding(
                    f"the query has {groups}, the SLO {wanted}",
                    span,
                    "",
                    "say the same in both, or write an SLO for each group",
                )
