"""The neutral model: what an SLO is, whatever dialect it was written in and whatever backend it goes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING, Any

from sightline_slo.durations import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_core.diagnostics import Span
    from sightline_slo.testing.model import TestCase


class Backend(StrEnum):
    """Who measures and alerts."""

    PROMETHEUS = "prometheus"
    DATADOG = "datadog"


class Severity(StrEnum):
    """Who is woken: a page wakes somebody, a ticket waits for the morning."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Query:
    """A query as its author wrote it; `place` maps offsets of its text to the file.

    PromQL holds `{{.window}}` where the window goes, as Sloth writes it.
    """

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
        return tuple([each for each in (self.bad, self.good, self.total) if each is not None])


@dataclass(frozen=True, slots=True)
class Ratio:
    """An SLI that is a share of errors already, Sloth's `raw`: nobody knows of how many events."""

    error: Query

    @property
    def queries(self) -> tuple[Query, ...]:
        """The one there is."""
        return (self.error,)


@dataclass(frozen=True, slots=True)
class TimeSlice:
    """An SLI that counts time: a slice of `slice_s` seconds is up where `query comparator threshold` holds."""

    query: Query
    comparator: str
    threshold: float
    slice_s: int

    @property
    def queries(self) -> tuple[Query, ...]:
        """The one there is."""
        return (self.query,)


@dataclass(frozen=True, slots=True)
class Monitors:
    """An SLI that is the uptime of Datadog monitors, by id or as `${monitor:key}`."""

    ids: tuple[str, ...]

    @property
    def queries(self) -> tuple[Query, ...]:
        """None: the monitors have them."""
        return ()


Sli = Events | Ratio | TimeSlice | Monitors


@dataclass(frozen=True, slots=True)
class Window:
    """One pair of windows; how a backend spells its seconds is the backend's business.

    Args:
        name: `fast`, `medium`, `slow`, …
        severity: who is woken.
        long_s: the long window.
        short_s: the short one, which lets the alert end soon after the cause does.
        burn_rate: the threshold, in multiples of the pace that uses the budget up exactly over the period.
        budget_percent: how much of the period's budget is gone when it alerts, at that very pace.
    """

    name: str
    severity: Severity
    long_s: int
    short_s: int
    burn_rate: float
    budget_percent: float


@dataclass(frozen=True, slots=True)
class Alert:
    """The alerts of one severity. `notify` are handles such as `@pagerduty-shop`."""

    enabled: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    notify: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """What low traffic needs: no alert below so many events, or so many failures, in the long window."""

    min_events: int | None = None
    min_failures: int | None = None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Time that does not count: once, or again and again by `rrule`. `start` is Unix time."""

    rrule: str | None
    start: int
    duration_s: int
    timezone: str
    category: str
    description: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class BudgetAlert:
    """An alert on what is used up of the period's budget, in percent."""

    used_percent: float
    severity: Severity


@dataclass(frozen=True, slots=True)
class Suppression:
    """A finding that its author knows of: its code, why, and until when (an ISO date)."""

    code: str
    reason: str
    until: str | None
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts that checks speak of stand; the SLO as a whole where a part was left out."""

    slo: Span
    name: Span
    objective: Span
    period: Span
    labels: Mapping[str, Span] = field(default_factory=dict)
    sli: Span | None = None
    windows: Span | None = None


@dataclass(frozen=True, slots=True)
class Slo:
    """One objective.

    Args:
        service: whose it is.
        name: unique within the service.
        objective: percent of good events, such as 99.9.
        period_s: over which time.
        description: for people.
        labels: of the spec and of the SLO, the latter winning.
        sli: how each backend measures it; one that is not there cannot.
        kind: what was declared: events, raw, http, kpi, journey, time_slice, monitor, plugin.
        alert_name: what the alerts are called.
        alerts: by severity.
        windows: of this SLO's own, of its file's or of the catalogue.
        placing: gives the places, for findings.
        by: the labels by which it is measured separately.
        averaged: whether the period's budget is a mean of ratios instead of exact by events.
        budget_alert: the alert on the period's budget, beside those on its pace.
    """

    service: str
    name: str
    objective: float
    period_s: int
    description: str
    labels: Mapping[str, str]
    sli: Mapping[Backend, Sli]
    kind: str
    alert_name: str
    alerts: Mapping[Severity, Alert]
    windows: tuple[Window, ...]
    placing: Callable[[], Places] = field(compare=False, repr=False)
    by: tuple[str, ...] = ()
    guard: Guard = Guard()
    maintenance: tuple[Maintenance, ...] = ()
    owner: str | None = None
    runbook: str | None = None
    averaged: bool = False
    budget_alert: BudgetAlert | None = None
    tests: tuple[TestCase, ...] = ()
    suppressions: tuple[Suppression, ...] = ()

    @property
    def places(self) -> Places:
        """Where its parts stand: found when somebody asks, for most specs have no findings."""
        return self.placing()

    @property
    def key(self) -> str:
        """What identifies it for good: `payments-payment-success`."""
        return f"{self.service}-{self.name}"

    @property
    def period(self) -> str:
        """The period as people write it: `30d`."""
        return spell(self.period_s)

    @property
    def budget(self) -> float:
        """The share of events that may be bad: 0.001 for 99.9."""
        # 1 - 99.9/100 is 0.0010000000000000009, and a factor computed with it is not 14.4.
        return round(1 - self.objective / 100, 12)

    @property
    def highest_burn_rate(self) -> float:
        """How fast the budget burns when everything fails; without a budget faster than any threshold."""
        return round(100 / (100 - self.objective), 6) if self.objective < 100 else inf

    @property
    def alerting_windows(self) -> tuple[Window, ...]:
        """The windows whose severity alerts."""
        return tuple(each for each in self.windows if self.alerts[each.severity].enabled)


@dataclass(frozen=True, slots=True)
class KubernetesMeta:
    """The head of the Kubernetes object that a spec came from."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spec:
    """One YAML document. `plugins` is Sloth's chain, for compatibility only."""

    dialect: str
    slos: tuple[Slo, ...]
    labels: Mapping[str, str]
    file: str
    kubernetes: KubernetesMeta | None = None
    plugins: Any = None
