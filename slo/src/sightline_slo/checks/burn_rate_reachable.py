"""A burn-rate alert fires only where its threshold times the budget is below 1: nothing burns faster than an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.windows import fastest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO012"
SEVERITY = Severity.ERROR


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Compare each window's threshold with 1/(1 - objective), and report the worst of each severity."""
    if not 0 < slo.objective < 100:
        return
    for severity in [severity for severity, alert in slo.alerts.items() if alert.enabled]:
        threshold = fastest(slo.windows, severity)
        # The monitor asks for more than its threshold, so that an outage that burns exactly at it is not enough.
        if threshold < slo.highest_burn_rate:
            continue
        yield Finding(
            f"a {severity} needs a burn rate above {threshold:g}, which is never reached",
            slo.places.objective,
            f"when everything fails, {slo.objective:g} % burns at {slo.highest_burn_rate:.4g}",
            f"raise the objective to {_up(100 - 100 / threshold):g} or more, or disable the {severity}_alert",
            "Datadog refuses a monitor above 1/(1 - objective)",
        )


def _up(value: float) -> float:
    """Round up to a tenth."""
    return -(-value * 10 // 1) / 10
