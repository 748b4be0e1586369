"""A test of alerts: what happens, and who must hear of it when."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sightline_slo.durations import spell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Span
    from sightline_slo.backtesting.history import History
    from sightline_slo.model import Severity
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


@dataclass(frozen=True)
class TestCase:
    """One scenario of an SLO. A severity that `expect` does not name must stay quiet."""

    __test__ = False  # its name is what people call it, and pytest would collect it

    name: str
    traffic: Series
    errors: Series
    expect: Mapping[Severity, Expectation]
    span: Span = field(compare=False)

    def __hash__(self) -> int:
        """Hash by what is written: the expectations are a mapping, which has no hash."""
        return hash((self.name, self.traffic, self.errors))

    @cached_property
    def happening(self) -> tuple[History, tuple[int, int]]:
        """What happens, and the fault as (first minute, minute after)."""
        from sightline_slo.backtesting.history import History
        from sightline_slo.testing.notation import events

        bad, total, fault = events(self.traffic, self.errors)
        # A clock at which the monitors of every cadence look at the first moment.
        return History(0, bad, total), fault
