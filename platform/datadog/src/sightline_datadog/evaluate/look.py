"""What one look at a monitor takes and gives: the sources it may ask, and an evaluation for each of its groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sightline_datadog.evaluate.source import MetricSource
    from sightline_datadog.evaluate.states import Evaluation, State
    from sightline_datadog.query.alerts import SearchAlert, ServiceCheck

Group = tuple[str, ...]
"""The tags of one group, `key:value` and sorted; `()` of a monitor without groups."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a monitor at the second `at`.

    `groups` holds what each group is asked to be that has data now, a simple monitor's under `()`. `absent` is what
    every other group that has reported before is asked to be; None: it keeps its state. A group that never reported
    is in neither: it has no state.
    """

    groups: Mapping[Group, Evaluation]
    at: int
    absent: Evaluation | None = None


class CheckSource(Protocol):
    """The statuses of service checks."""

    def statuses(
        self, query: ServiceCheck, by: Sequence[str], count: int, now: int
    ) -> Mapping[Group, Sequence[tuple[int, int]]]:
        """Return the last `count` (second, status) of each group, the newest last.

        A status is 0 for ok, 1 for warning, 2 for critical, 3 for unknown.

        Only of checks inside the query's `.over(…)` and not its `.exclude(…)`, and only those before `now`.
        """


class EventSource(Protocol):
    """Logs and other events that are searched."""

    def measure(
        self, query: SearchAlert, by: Sequence[str], window: tuple[int, int], method: str, measure: str
    ) -> Mapping[Group, float]:
        """Measure the events that the search finds from `window[0]` up to but not including `window[1]`, per group.

        Args:
            query: its source, search and `.index(…)` choose the events.
            by: the facets to group by.
            window: Unix seconds.
            method: `count`, `cardinality`, `avg`, `sum`, `min`, `max`, or a percentile such as `pc95`.
            measure: the facet or measure, empty for a count.

        Returns:
            A number for each group with events; nothing for one without.

        Raises:
            NotEvaluatedError: the source cannot tell.
        """


@dataclass(frozen=True, slots=True)
class History:
    """How a monitor went, for the SLOs made of it: per group (second, state), oldest first, and when it was made."""

    states: Mapping[Group, Sequence[tuple[int, State]]]
    since: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything that a look may ask. What is None is not there: a monitor that needs it is NOT EVALUATED."""

    metrics: MetricSource
    find_slo: Callable[[str], Mapping[str, Any] | None]
    """An SLO's body by its id."""
    checks: CheckSource | None = None
    events: EventSource | None = None
    find_monitor: Callable[[str], Mapping[str, Any] | None] | None = None
    """A monitor's body by its id, for composites and monitor SLOs."""
    find_standing: Callable[[str], Mapping[Group, State]] | None = None
    """The present state of each group of another monitor, for composites; empty before its first look."""
    find_corrections: Callable[[str], Sequence[Mapping[str, Any]]] | None = None
    """The corrections (their `attributes`) of an SLO by its id, those by `slo_query` included."""
    find_history: Callable[[str, int, int], History | None] | None = None
    """How a monitor went between two seconds, for monitor SLOs; its state at the start is the first entry."""
