"""The neutral model: what an SLO is, whatever dialect it was written in and whatever backend it goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_core.diagnostics import Span


class Severity(StrEnum):
    """Who is woken: a page wakes somebody, a ticket waits for the morning."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Query:
    """A query as its author wrote it; `place` maps offsets of its text to the file."""

    text: str
    place: Callable[[int, int], Span] = field(compare=False, repr=False)

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.place(0, len(self.text))


@dataclass(frozen=True, slots=True)
class Events:
    """An SLI that counts events: `bad` or `good` of `total`; one of the first two is None."""

    bad: Query | None
    good: Query | None
    total: Query

    @property
    def queries(self) -> tuple[Query, ...]:
        """Those that are there."""
        return tuple(each for each in (self.bad, self.good, self.total) if each is not None)


@dataclass(frozen=True, slots=True)
class Alert:
    """The alerts of one severity. `notify` are handles such as `@pagerduty-shop`."""

    enabled: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts that checks speak of stand; the SLO as a whole where a part was left out."""

    slo: Span
    name: Span
    objective: Span
    period: Span
    labels: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Slo:
    """One objective.

    Args:
        service: whose it is.
        name: unique within the service.
        objective: percent of good events, such as 99.9.
        period: over which time, such as `30d`.
        description: for people.
        labels: of the spec and of the SLO, the latter winning.
        sli: what is counted.
        alert_name: what the alerts are called.
        alerts: by severity.
        places: for findings.
    """

    service: str
    name: str
    objective: float
    period: str
    description: str
    labels: Mapping[str, str]
    sli: Events
    alert_name: str
    alerts: Mapping[Severity, Alert]
    places: Places = field(compare=False)

    @property
    def key(self) -> str:
        """What identifies it for good: `payments-payment-success`."""
        return f"{self.service}-{self.name}"

    @property
    def budget(self) -> float:
        """The share of events that may be bad: 0.001 for 99.9."""
        # 1 - 99.9/100 is 0.0010000000000000009, and a factor computed with it is not 14.4.
        return round(1 - self.objective / 100, 12)

    @property
    def highest_burn_rate(self) -> float:
        """How fast the budget burns when everything fails."""
        return round(100 / (100 - self.objective), 6)
