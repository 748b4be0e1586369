"""What is looked at, free of dialects and backends: one pair of windows, one threshold, one guard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sightline_datadog.evaluate.monitor import cadence_s
from sightline_slo.mapping import datadog_windows
from sightline_slo.model import Backend

if TYPE_CHECKING:
    from sightline_slo.model import Severity, Slo

Comparator = Literal[">", ">=", "<", "<="]
Join = Literal["and", "or", "long", "short"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert on burn rates.

    Args:
        name: of the window.
        severity: who hears of it.
        long_s: the long window.
        short_s: the short one.
        burn_rate: the threshold.
        budget: the share of events that may be bad.
        min_events: how many events the long window must hold.
        min_failures: how many of them must be bad.
        comparator: how rates are compared with the threshold; `>` but in mutants.
        join: whether both windows must agree; `and` but in mutants.
    """

    name: str
    severity: Severity
    long_s: int
    short_s: int
    burn_rate: float
    budget: float
    min_events: int = 0
    min_failures: int = 0
    comparator: Comparator = ">"
    join: Join = "and"

    @property
    def ratio(self) -> float:
        """The error ratio that both windows must pass."""
        return self.burn_rate * self.budget

    @property
    def cadence_s(self) -> int:
        """How often Datadog looks at it."""
        return cadence_s(self.long_s)


def alarms_of(slo: Slo, backend: Backend) -> tuple[Alarm, ...]:
    """Return the enabled alerts of an SLO as a backend has them: Datadog's may be rewritten ones."""
    windows = datadog_windows(slo) if backend is Backend.DATADOG else slo.alerting_windows
    return tuple(
        Alarm(
            window.name,
            window.severity,
            window.long_s,
            window.short_s,
            window.burn_rate,
            slo.budget,
            slo.guard.min_events or 0,
            slo.guard.min_failures or 0,
        )
        for window in windows
    )
