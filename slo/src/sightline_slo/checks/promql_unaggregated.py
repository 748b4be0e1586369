"""An SLO is of a service: a ratio of series that nobody adds up is one of each process, and so are its alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend, Events
from sightline_slo.promql.ratios import ratios
from sightline_slo.promql.tree import is_series, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Query, Slo

CODE = "SLO036"
SEVERITY = Severity.WARNING


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Warn where both sides of a ratio are the series themselves."""
    sli = slo.sli.get(Backend.PROMETHEUS)
    if isinstance(sli, Events):
        counted = sli.bad or sli.good or sli.total
        if is_series(parsed(counted.text)) and is_series(parsed(sli.total.text)):
            yield _finding(sli.total)
        return
    for query in sli.queries if sli else ():
        found = ratios(query.text, aggregated=False)
        if any(is_series(each.lhs) and is_series(each.rhs) for each in found):
            yield _finding(query)


def _finding(query: Query) -> Finding:
    return Finding(
        "nothing is added up: each series has a ratio and alerts of its own",
        query.span,
        "",
        "write sum(…) around both sides",
        "one process that fails all of its few requests pages, a service that fails many of its many may not",
    )
