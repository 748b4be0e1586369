"""A PromQL query must say where its window goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend, TimeSlice
from sightline_slo.promql.tree import has_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO031"
SEVERITY = Severity.ERROR


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Look for `{{.window}}` in each query but those of slices, whose length is their window."""
    sli = slo.sli.get(Backend.PROMETHEUS)
    for query in sli.queries if sli and not isinstance(sli, TimeSlice) else ():
        if not has_window(query.text):
            yield Finding(
                "this query has no window of its own",
                query.span,
                "each alert looks at it over several",
                "write [{{.window}}] in place of the range",
            )
