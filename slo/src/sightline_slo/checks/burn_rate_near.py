"""An alert that needs nearly everything to fail hears of an outage late, and of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.windows import fastest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_slo.model import Slo

CODE = "SLO025"
SEVERITY = Severity.WARNING
NEAR = 0.8


def check(slo: Slo, _firsts: Mapping[str, Slo]) -> Iterator[Finding]:
    """Warn where the fastest threshold of a severity needs more than four of five to fail."""
    for severity in [severity for severity, alert in slo.alerts.items() if alert.enabled]:
        threshold = fastest(slo.windows, severity)
        share = threshold * slo.budget
        if NEAR < share < 1:
            yield Finding(
                f"a {severity} needs {100 * share:.3g} % of everything to fail",
                slo.places.objective,
                f"{threshold:g} times a budget of {100 * slo.budget:g} %",
                "raise the objective, or give it windows with a lower burn rate",
            )
