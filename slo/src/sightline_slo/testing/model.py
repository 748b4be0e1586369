"""A test of alerts: what happens, and who must hear of it when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_slo.durations import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_core.diagnostics import Span
    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Backend, Severity
    from sightline_slo.testing.notation import Series


@dataclass(frozen=True, slots=True)
class Between:
    """A time that must lie between two, both inclusive, in seconds."""

    earliest_s: int
    latest_s: int

    def __contains__(self, value: int) -> bool:
        return self.earliest_s <= value <= self.latest_s

    def __str__(self) -> str:
        earliest = spell(self.earliest_s, "hm") if self.earliest_s else "0m"
        return f"{earliest}..{spell(self.latest_s, 'hm')}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one severity must do: nothing where `fires` is None.

    Args:
        fires: when it fires first, counted from the beginning of the fault.
        resets: when it is quiet for good, counted from the fault's end.
    """

    fires: Between | None = None
    resets: Between | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario on a clock: the fault is entries `began` up to but not including `ended` of the history.

    The first `lead` entries are what was before: the traffic of the scenario's first minute, and no failure, so that no
    window looks back to where nothing was.
    """

    history: History
    lead: int
    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class TestCase:
    """One scenario of an SLO. A severity that `expect` does not name must stay quiet.

    `on` names the one backend that it is for; None is every one that measures the SLO.
    """

    __test__ = False  # its name is what people call it, and pytest would collect it

    name: str
    traffic: Series
    errors: Series
    expect: Mapping[Severity, Expectation] = field(hash=False)
    span: Span = field(compare=False)
    on: Backend | None = None

    def scene(self, lead_s: int) -> Scene:
        """Put it on a clock, `lead_s` after which it begins."""
        import numpy as np

        from sightline_slo.backtesting.history import STEP_S, History
        from sightline_slo.testing.notation import before, events

        lead = lead_s // STEP_S
        bad, total, (began, ended) = events(self.traffic, self.errors)
        history = History(0, np.concatenate([np.zeros(lead), bad]), np.concatenate([before(self.traffic, lead), total]))
        return Scene(history, lead, lead + began, lead + ended)


def lead_of(windows_s: Iterable[int]) -> int:
    """Return how long before a scenario its traffic is there: longer than any window, mutants' too, in whole hours."""
    return -(-max(windows_s, default=0) * 5 // 4 // 3600) * 3600
