"""A test file as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Span
    from sightline_datadog.documents import Document
    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.states import State

MetricKind = Literal["count", "rate", "gauge", "distribution"]
METRIC_KINDS: tuple[MetricKind, ...] = ("count", "rate", "gauge", "distribution")


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """What a metric sent: one value every `interval_s` seconds from the beginning, None for a gap.

    Args:
        metric: its name.
        tags: `key:value`.
        kind: a count is how many in its interval, a rate how many a second; a distribution's value is one sample.
        interval_s: how far the values are apart.
        values: the values.
        span: where it is written.
    """

    metric: str
    tags: tuple[str, ...]
    kind: MetricKind
    interval_s: int
    values: tuple[float | None, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class CheckSeries:
    """What a service check said every `interval_s` seconds: 0 ok, 1 warning, 2 critical, 3 unknown, None nothing."""

    check: str
    tags: tuple[str, ...]
    interval_s: int
    values: tuple[int | None, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class EventSeries:
    """How many alike events of a source (`logs`, `rum`, …) came in every `interval_s` seconds.

    `attributes` holds what each of them says, by the name that a search uses: `service`, `status`, `@http.code`.
    """

    source: str
    attributes: Mapping[str, Any]
    interval_s: int
    values: tuple[float | None, ...]
    span: Span = field(compare=False)


Fixture = MetricSeries | CheckSeries | EventSeries


@dataclass(frozen=True, slots=True)
class PlannedDowntime:
    """A downtime: from `start` up to but not including `end`, in seconds from the beginning; `monitor` None is all."""

    monitor: str | None
    scope: str
    start: int
    end: int
    first_recovery: bool = True


@dataclass(frozen=True, slots=True)
class StateWanted:
    """The state throughout a time, both ends included, in seconds from the beginning."""

    start: int
    end: int
    state: State
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class NotificationWanted:
    """A notification that must come within a time; of `state`, text and handles what is None or empty is free."""

    start: int
    end: int
    state: State | None
    contains: tuple[str, ...]
    handles: tuple[str, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of one monitor, or of one group of it.

    Args:
        monitor: its key.
        group: the group's tags; None is the monitor as a whole, whose state is that of its worst group.
        states: when it must be in which state.
        notifications: all that people must hear, in order; None where nobody says.
        never: states that it must not be in at any time.
        not_evaluated: whether it is known to be NOT EVALUATED here.
        span: where it is written.
    """

    monitor: str
    group: Group | None
    states: tuple[StateWanted, ...]
    notifications: tuple[NotificationWanted, ...] | None
    never: frozenset[State]
    not_evaluated: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Case:
    """One test: what happens, for how long, and what must come of it. `begins` in Unix seconds."""

    name: str
    begins: int
    lasts_s: int
    fixtures: tuple[Fixture, ...]
    downtimes: tuple[PlannedDowntime, ...]
    expectations: tuple[Expectation, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class TestFile:
    """A file: the documents that it is about, and its tests."""

    __test__ = False  # pytest would collect it for its name

    path: str
    documents: tuple[Document, ...]
    cases: tuple[Case, ...]
