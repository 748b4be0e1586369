"""An SLO that alerts has windows: a period that no catalogue has needs windows of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO027"
SEVERITY = Severity.ERROR


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Report an SLO without windows; a period that Datadog refuses has been told already."""
    if slo.windows or set(slo.sli) == {Backend.DATADOG} or not any(alert.enabled for alert in slo.alerts.values()):
        return
    yield Finding(
        f"there are no windows for {slo.period}, and so no alert",
        slo.places.period,
        "no catalogue has this period",
        "write `windows:`, or disable both alerts",
    )
