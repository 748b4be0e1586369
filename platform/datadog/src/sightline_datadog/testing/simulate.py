"""Runs a test: every monitor of a file through its series, as the vendor would look at them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.evaluate.cadence import looks
from sightline_datadog.evaluate.composite import monitors_of
from sightline_datadog.evaluate.corrections import finds
from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.look import History, Sources
from sightline_datadog.evaluate.machine_group import Muting
from sightline_datadog.evaluate.machine_mute import Downtime, muting, silenced
from sightline_datadog.evaluate.machine_replay import course, walk
from sightline_datadog.evaluate.machine_rules import rules_of
from sightline_datadog.evaluate.message import message
from sightline_datadog.evaluate.monitor import prepare, slo_id_of
from sightline_datadog.evaluate.replay import Stretch
from sightline_datadog.evaluate.states import State, worst
from sightline_datadog.query import alerts, read_monitor_query
from sightline_datadog.testing.model import CheckSeries, EventSeries, MetricSeries
from sightline_datadog.testing.sources import Checks, Events, metrics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_datadog.documents import Document
    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.evaluate.machine import Moved, Muted
    from sightline_datadog.evaluate.message import Message
    from sightline_datadog.evaluate.states import Notification
    from sightline_datadog.testing.model import Case, Fixture

_REFERENCE = re.compile(r"\$\{(?:monitor|slo):([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Told:
    """What people were told, or would have been if it were not muted."""

    notification: Notification
    message: Message


@dataclass(frozen=True, slots=True)
class Change:
    """A group came into a state; None: it was forgotten. `at` in Unix seconds."""

    at: int
    state: State | None
    reason: str


@dataclass(slots=True)
class Course:
    """How one monitor went through a test; `unevaluated` is why it could not be evaluated, at the first such look."""

    key: str
    body: Mapping[str, Any]
    changes: dict[Group, list[Change]] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    unevaluated: str = ""

    def state(self, group: Group | None, at: int) -> State:
        """Return the state of a group, or of the worst one, after the look at or before a second."""
        wanted = self.changes.values() if group is None else [self.changes.get(group, [])]
        found = [next((each.state for each in reversed(changes) if each.at <= at), None) for changes in wanted]
        return worst(each for each in found if each is not None)

    def moments(self, group: Group | None) -> list[int]:
        """Return when a group, or any of them, changed."""
        wanted = self.changes.values() if group is None else [self.changes.get(group, [])]
        return sorted({each.at for changes in wanted for each in changes})

    @property
    def fired(self) -> bool:
        """Whether any of its groups was in ALERT."""
        return any(each.state is State.ALERT for changes in self.changes.values() for each in changes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A test that was run: how each monitor went, the series that none of them asked for, and the metrics asked for."""

    case: Case
    courses: Mapping[str, Course]
    unread: tuple[Fixture, ...]
    asked: frozenset[str]


def run(case: Case, documents: Sequence[Document]) -> Outcome:
    """Run one test over all monitors of its file."""
    world = _World(case, documents)
    for key in world.monitors:
        world.watch(key, ())
    courses = {key: world.courses[key] for key in world.monitors}
    return Outcome(case, courses, world.unread(), frozenset(world.metrics.asked))


class _World:
    """What a run may ask. A monitor that asks for others is looked at when those are done."""

    def __init__(self, case: Case, documents: Sequence[Document]) -> None:
        self.case = case
        self.monitors = {each.key: each.body for each in documents if each.kind is Kind.MONITOR}
        self.slos = {each.key: each.body for each in documents if each.kind is Kind.SLO}
        self.corrections = [each.body for each in documents if each.kind is Kind.SLO_CORRECTION]
        self.ids = {str(body["id"]): key for key, body in (self.monitors | self.slos).items() if "id" in body}
        self.courses: dict[str, Course] = {}
        self.metrics, self.checks, self.events = metrics(case), Checks(case), Events(case)
        self.now = case.begins
        self.sources = Sources(
            self.metrics,
            lambda each: self.slos.get(self.key(each)),
            self.checks,
            self.events,
            find_monitor=lambda each: self.monitors.get(self.key(each)),
            find_standing=self.standing,
            find_corrections=self.of_slo,
            find_history=self.history,
        )

    def key(self, name: str) -> str:
        """Return the key of what a body names by `${kind:key}` or by an id."""
        found = _REFERENCE.fullmatch(name)
        return found[1] if found else self.ids.get(name, name)

    def standing(self, name: str) -> Mapping[Group, State]:
        course = self.courses.get(self.key(name))
        if course is None:
            return {}
        return {group: course.state(group, self.now) for group in course.changes}

    def history(self, name: str, start: int, end: int) -> History | None:
        course = self.courses.get(self.key(name))
        if course is None:
            return None
        states = {
            group: [
                (start, course.state(group, start)),
                *((each.at, each.state) for each in changes if start < each.at < end and each.state is not None),
            ]
            for group, changes in course.changes.items()
        }
        return History(states, self.case.begins)

    def of_slo(self, name: str) -> Sequence[Mapping[str, Any]]:
        key = self.key(name)
        slo = self.slos.get(key, {})
        return [
            each
            for each in self.corrections
            if self.key(str(each.get("slo_id"))) == key or finds(str(each.get("slo_query") or ""), slo)
        ]

    def unread(self) -> tuple[Fixture, ...]:
        found = []
        for each in self.case.fixtures:
            match each:
                case MetricSeries(metric=name):
                    read = name in self.metrics.asked
                case CheckSeries(check=name):
                    read = name in self.checks.asked
                case EventSeries(source=name):
                    read = name in self.events.asked
            if not read:
                found.append(each)
        return tuple(found)

    def watch(self, key: str, above: tuple[str, ...]) -> None:
        """Take one monitor through the test, and those that it asks for before it."""
        if key in self.courses or key in above or key not in self.monitors:
            return
        body = self.monitors[key]
        for needed in self.needed(body):
            self.watch(needed, (*above, key))
        course = self.courses[key] = Course(key, body)
        parts = self.parts(body)
        try:
            for at, moved in self.moved(body, key):
                _note(course, at, moved)
                for told in moved.notifications:
                    values = {letter: self.value(part, at) for letter, part in parts.items()}
                    course.told.append(Told(told, message(body, told, values)))
        except NotEvaluatedError as error:
            # Nobody knows when it is looked at.
            course.unevaluated = str(error)
            course.changes[()] = [Change(self.case.begins, State.NOT_EVALUATED, str(error))]

    def needed(self, body: Mapping[str, Any]) -> list[str]:
        slo = self.slos.get(self.key(slo_id_of(body) or ""), {})
        return [*self.parts(body).values(), *(self.key(str(each)) for each in slo.get("monitor_ids") or ())]

    def parts(self, body: Mapping[str, Any]) -> dict[str, str]:
        """Return the monitors that a composite is made of, by the letters of its message."""
        query, _ = read_monitor_query(str(body.get("type")), str(body.get("query", "")))
        if not isinstance(query, alerts.Composite):
            return {}
        names = dict.fromkeys(self.key(each) for each in monitors_of(query.condition))
        return dict(zip("abcdefghij", names, strict=False))

    def value(self, key: str, at: int) -> Any:
        """Return the number of a monitor at a look: of its worst group, where it has groups."""
        body = self.monitors.get(key)
        if body is None:
            return None
        found = list(prepare(body).look(self.sources, at).groups.values())
        state = worst(each.state for each in found if each.state is not None)
        return next((each.values.get("value") for each in found if each.state is state), None)

    def moved(self, body: Mapping[str, Any], key: str) -> Iterator[tuple[int, Moved]]:
        # A look sees what was before its second: the last one sees the last value.
        start, end = self.case.begins, self.case.begins + self.case.lasts_s + 1
        mutes = self.downtimes(body, key)
        muted: Muted | None = None
        if mutes:
            muted = lambda group: muting(mutes, group, self.now)  # noqa: E731 - one of two ways to say who is muted
        if not mutes and not self.parts(body):
            yield from course(body, self.sources, start, end)
            return
        monitor, rules = prepare(body), rules_of(body)
        yield from walk(self.by_hand(monitor.look, body, start, end), rules, body, self.sources, muted)

    def by_hand(self, look: Any, body: Mapping[str, Any], start: int, end: int) -> Iterator[Stretch]:
        """Look every time: at others, whose states move, or under a downtime, which begins and ends."""
        for at in looks(body, start, end):
            self.now = at
            yield Stretch(look(self.sources, at), [at])

    def downtimes(self, body: Mapping[str, Any], key: str) -> tuple[Downtime, ...]:
        begins = self.case.begins
        planned = [each for each in self.case.downtimes if each.monitor in {None, key}]
        return silenced(body.get("options") or {}, begins) + tuple(
            Downtime(
                each.scope,
                begins + each.start,
                begins + each.end,
                Muting(begins + each.end, first_recovery=each.first_recovery),
            )
            for each in planned
        )


def _note(course: Course, at: int, moved: Moved) -> None:
    for each in moved.transitions:
        course.changes.setdefault(each.group, []).append(Change(at, each.after, each.reason))
        if each.after is State.NOT_EVALUATED and not course.unevaluated:
            course.unevaluated = each.reason
    for group, standing in moved.standings.items():
        if group not in course.changes:
            course.changes[group] = [Change(at, standing.state, standing.reason)]
    if () not in moved.standings:
        # It stood for groups that were not there yet.
        course.changes.pop((), None)
    for group in course.changes.keys() - moved.standings.keys():
        if course.changes[group][-1].state is not None:
            course.changes[group].append(Change(at, None, "no data for so long that it is forgotten"))
