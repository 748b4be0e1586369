"""Two SLOs of one service cannot share a name: one would overwrite the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Related, Severity
from sightline_slo.checks import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO013"
SEVERITY = Severity.ERROR


def check(slo: Slo, firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Report the second and every later one."""
    first = firsts[slo.key]
    if first is not slo:
        yield Finding(
            f"there are two SLOs called `{slo.key}`",
            slo.places.name,
            "again here",
            "give one of them another name",
            related=(Related(first.places.name, "first here"),),
        )
