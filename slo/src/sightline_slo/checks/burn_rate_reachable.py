"""A burn-rate alert whose threshold lies above what an outage burns never fires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_slo.checks import Finding
from sightline_slo.windows import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Slo

CODE = "SLO012"
SEVERITY = Severity.ERROR


def check(slo: Slo, _slos: Sequence[Slo]) -> Iterator[Finding]:
    """Compare each window's threshold with 1/(1 - objective)."""
    windows = table(slo.period)
    if windows is None or not 0 < slo.objective < 100:
        return
    beyond = [
        window
        for window in windows.windows
        if slo.alerts[window.severity].enabled and window.burn_rate > slo.highest_burn_rate
    ]
    if beyond:
        worst = max(beyond, key=lambda window: window.burn_rate)
        lowest = 100 - 100 / worst.burn_rate
        yield Finding(
            f"the {worst.severity} over {worst.long} needs a burn rate of {worst.burn_rate:g}, which is never reached",
            slo.places.objective,
            f"when everything fails, {slo.objective:g} % burns at {slo.highest_burn_rate:g}",
            f"raise the objective to {_up(lowest):g} or more, or disable the {worst.severity}_alert",
            "Datadog refuses a monitor above 1/(1 - objective)",
        )


def _up(value: float) -> float:
    """Round up to a tenth."""
    return -(-value * 10 // 1) / 10
