"""Datadog keeps SLOs over 7, 30 and 90 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.windows import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO011"
SEVERITY = Severity.ERROR


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Refuse a period without a table of windows."""
    known = sorted(tables(), key=lambda each: int(each[:-1]))
    if slo.period not in known:
        help_text = "use 30d: it is the nearest to a month" if slo.period in {"28d", "4w", "1mo"} else ""
        yield Finding(
            f"Datadog has no SLOs over `{slo.period}`",
            slo.places.period,
            f"one of {', '.join(known)}",
            help_text or f"choose one of {', '.join(known)}",
        )
