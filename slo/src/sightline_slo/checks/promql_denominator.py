"""A share is of something: a denominator that can be 0 makes NaN of a quiet hour, which no alert compares with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend
from sightline_slo.promql.ratios import never_zero, ratios

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO034"
SEVERITY = Severity.WARNING


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Look at what each query divides by; bad by total events is divided by the compiler, which guards it."""
    sli = slo.sli.get(Backend.PROMETHEUS)
    for query in sli.queries if sli else ():
        if any(not never_zero(each.rhs) for each in ratios(query.text)):
            yield Finding(
                "what this divides by can be 0",
                query.span,
                "NaN without traffic",
                "write (… > 0) around the denominator, or `events:` with both queries",
                "one NaN makes NaN of every sum and mean that it is part of",
            )
