"""A PromQL query must parse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend
from sightline_slo.promql import fault_of
from sightline_slo.promql.tree import shaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO030"
SEVERITY = Severity.ERROR

_HELP = re.compile(r"\s+")


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Ask the parser of each query, with a window put in."""
    sli = slo.sli.get(Backend.PROMETHEUS)
    for query in sli.queries if sli else ():
        problem = fault_of(shaped(query.text))
        if problem is not None:
            text = _HELP.sub(" ", problem).strip()
            yield Finding(
                f"this is no PromQL: {text}", query.span, "", "promtool check rules says the same of its rules"
            )
