"""A history replayed: who was called when, how much of the budget was gone by then, and what of it was right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.backtesting.engine import Engine, edges
from sightline_slo.backtesting.maintenance import without
from sightline_slo.model import Severity, TimeSlice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.backtesting.history import History
    from sightline_slo.backtesting.incidents import Incident
    from sightline_slo.model import Backend, Slo


@dataclass(frozen=True, slots=True)
class Episode:
    """One stretch in which a severity fired, in Unix seconds; `end` None where it outlasts the history."""

    severity: Severity
    start: int
    end: int | None
    windows: tuple[str, ...]
    budget_spent: float

    def overlaps(self, incident: Incident, grace_s: int) -> bool:
        """Whether it has to do with an incident: it may begin up to the grace after the incident's end."""
        return self.start <= incident.end + grace_s and (self.end is None or self.end >= incident.start)


@dataclass(frozen=True, slots=True)
class Detection:
    """How one incident was seen by the first page; None for never."""

    incident: Incident
    detected_s: int | None
    reset_s: int | None
    ticketed_s: int | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What one SLO's alerts did.

    Args:
        slo: whose.
        backend: by whose rules.
        start: the beginning of the history.
        end: its end.
        episodes: by time.
        budget_spent: the largest share of the period's budget that was ever used up.
        bad: all failures.
        total: all events.
        detections: of each incident, where a list of them was given.
        precision: the share of pages that had to do with an incident; None without pages or incidents.
        recall: the share of incidents that were paged.
    """

    slo: Slo
    backend: Backend
    start: int
    end: int
    episodes: tuple[Episode, ...]
    budget_spent: float
    bad: float
    total: float
    detections: tuple[Detection, ...] = ()
    precision: float | None = None
    recall: float | None = None

    def of(self, severity: Severity) -> list[Episode]:
        """Return the episodes of one severity."""
        return [each for each in self.episodes if each.severity is severity]

    @property
    def first_page(self) -> Episode | None:
        """The first page, if any."""
        return next(iter(self.of(Severity.PAGE)), None)


def replay(
    slo: Slo, history: History, backend: Backend, incidents: Sequence[Incident] | None = None, grace_s: int = 600
) -> Replay:
    """Replay a history through an SLO's alerts; what lies in its maintenance calendar does not count."""
    history = replace(without(history, slo.maintenance), sampled=isinstance(slo.sli[backend], TimeSlice))
    engine = Engine(history, backend)
    spent = history.spent(slo.period_s, slo.budget)
    firing: dict[Severity, list[tuple[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]]] = {}
    for alarm in alarms_of(slo, backend):
        firing.setdefault(alarm.severity, []).append((alarm.name, engine.firing(alarm)))
    episodes = []
    clock = history.start + history.step_s
    for severity, found in firing.items():
        any_of = found[0][1] if len(found) == 1 else np.logical_or.reduce([flags for _, flags in found])
        for first, after in edges(any_of):
            names = tuple(name for name, flags in found if flags[first:after].any())
            end = None if after == len(any_of) else clock + after * history.step_s
            episodes.append(Episode(severity, clock + first * history.step_s, end, names, float(spent[first])))
    episodes.sort(key=lambda each: each.start)
    made = Replay(
        slo,
        backend,
        history.start,
        history.end,
        tuple(episodes),
        float(spent.max()),
        float(history.bad.sum()),
        float(history.total.sum()),
    )
    return made if incidents is None else _judged(made, incidents, grace_s)


def _judged(made: Replay, incidents: Sequence[Incident], grace_s: int) -> Replay:
    inside = [each for each in incidents if each.end >= made.start and each.start < made.end]
    detections = tuple(_detection(made, each, grace_s) for each in inside)
    pages = made.of(Severity.PAGE)
    right = [page for page in pages if any(page.overlaps(each, grace_s) for each in inside)]
    return replace(
        made,
        detections=detections,
        precision=len(right) / len(pages) if pages else None,
        recall=sum(each.detected_s is not None for each in detections) / len(inside) if inside else None,
    )


def _detection(made: Replay, incident: Incident, grace_s: int) -> Detection:
    pages = [each for each in made.of(Severity.PAGE) if each.overlaps(incident, grace_s)]
    tickets = [each for each in made.of(Severity.TICKET) if each.overlaps(incident, grace_s)]
    ends = [each.end for each in pages]
    return Detection(
        incident,
        max(pages[0].start - incident.start, 0) if pages else None,
        None if not ends or None in ends else max(0, *(end - incident.end for end in ends if end is not None)),
        max(tickets[0].start - incident.start, 0) if tickets else None,
    )
