"""Datadog keeps SLOs over 7, 30 and 90 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.durations import spell
from sightline_slo.model import Backend
from sightline_slo.windows import DATADOG, catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO011"
SEVERITY = Severity.ERROR


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Refuse a period without a table of Datadog's windows, where Datadog alone could keep it."""
    known = [spell(each) for each in sorted(catalogues()[DATADOG])]
    if set(slo.sli) == {Backend.DATADOG} and slo.period not in known:
        help_text = "use 30d: it is the nearest to a month" if slo.period == "28d" else ""
        yield Finding(
            f"Datadog has no SLOs over `{slo.period}`",
            slo.places.period,
            f"one of {', '.join(known)}",
            help_text or f"choose one of {', '.join(known)}",
        )
