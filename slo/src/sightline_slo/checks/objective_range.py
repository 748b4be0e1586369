"""An objective leaves a budget, and Datadog keeps three of its decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO010"
SEVERITY = Severity.ERROR
DECIMALS = 3
_UNITS = 10**DECIMALS


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Refuse 0, 100 and what lies beyond, and more decimals than are kept."""
    if slo.objective == 100:
        yield Finding(
            "an objective of 100 leaves no budget",
            slo.places.objective,
            "any single failure is a breach for a whole period",
            "choose 99.99, or less",
        )
    elif not 0 < slo.objective < 100:
        what = f"an objective of {slo.objective:g} % cannot be"
        yield Finding(what, slo.places.objective, "percent of good events", "write 99.9")
    elif Backend.DATADOG in slo.sli and round(slo.objective, DECIMALS) != slo.objective:
        yield Finding(
            f"an objective of {slo.objective!r} % has more than {DECIMALS} decimals",
            slo.places.objective,
            "Datadog refuses this",
            f"write {_kept(slo.objective)}",
        )


def _kept(objective: float) -> str:
    """Round to what is kept, and stay below 100 where 99.9999 would become it."""
    return f"{min(round(objective, DECIMALS), (100 * _UNITS - 1) / _UNITS)!r}"
