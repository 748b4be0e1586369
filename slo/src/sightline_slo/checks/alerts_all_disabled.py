"""An SLO that alerts nobody is a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO016"
SEVERITY = Severity.WARNING


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Warn where neither a page nor a ticket is left."""
    if not any(alert.enabled for alert in slo.alerts.values()):
        yield Finding(
            f"nobody hears when `{slo.name}` burns",
            slo.places.name,
            "page_alert and ticket_alert are both disabled",
            "leave the ticket_alert on",
        )
