"""Holds what came of a test to what its file expects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_datadog.evaluate.states import State
from sightline_datadog.testing.notation import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sightline_core.diagnostics import Span
    from sightline_datadog.testing.model import Expectation, NotificationWanted, StateWanted
    from sightline_datadog.testing.simulate import Course, Outcome, Told


@dataclass(frozen=True, slots=True)
class Problem:
    """One expectation that was not met: `wanted` at a second of the test, and what `came` instead."""

    monitor: str
    at: int
    wanted: str
    came: str
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"{self.monitor}: expected {self.wanted}; {self.came}"


def problems(outcome: Outcome) -> list[Problem]:
    """Return everything that was not as expected, in the order in which it is written."""
    found: list[Problem] = []
    for each in outcome.case.expectations:
        found += _held(each, outcome.courses[each.monitor], outcome.case.begins)
    return found


def _held(wanted: Expectation, course: Course, begins: int) -> Iterator[Problem]:
    if wanted.group is not None and wanted.group not in course.changes:
        groups = ", ".join(sorted(",".join(each) for each in course.changes if each)) or "none"
        what = f"the group {','.join(wanted.group)}"
        yield Problem(wanted.monitor, 0, what, f"it was never seen; these were: {groups}", wanted.span)
        return
    if wanted.not_evaluated != bool(course.unevaluated):
        yield Problem(wanted.monitor, 0, *_unevaluated(course), wanted.span)
        if course.unevaluated:
            return
    for state in wanted.states:
        yield from _state(wanted, state, course, begins)
    yield from _never(wanted, course, begins)
    if wanted.notifications is not None:
        yield from _notifications(wanted, wanted.notifications, course, begins)


def _unevaluated(course: Course) -> tuple[str, str]:
    if course.unevaluated:
        return "that it can be evaluated", f"it is NOT EVALUATED: {course.unevaluated}"
    return "that it is NOT EVALUATED", "it is evaluated"


def _state(wanted: Expectation, state: StateWanted, course: Course, begins: int) -> Iterator[Problem]:
    start, end = begins + state.start, begins + state.end
    for at in [start, *(each for each in course.moments(wanted.group) if start < each <= end)]:
        came = course.state(wanted.group, at)
        if came is not state.state:
            until = f" until {spell(state.end)}" if end > start else ""
            what = f"{state.state} at {spell(state.start)}{until}"
            yield Problem(wanted.monitor, at - begins, what, f"it is {came} at {spell(at - begins)}", state.span)
            return


def _never(wanted: Expectation, course: Course, begins: int) -> Iterator[Problem]:
    chosen = course.changes.items() if wanted.group is None else [(wanted.group, course.changes[wanted.group])]
    for group, changes in chosen:
        for each in changes:
            if each.state in wanted.never:
                whose = f" of {','.join(group)}" if group and wanted.group is None else ""
                came = f"it is at {spell(each.at - begins)}{whose}"
                yield Problem(wanted.monitor, each.at - begins, f"never {each.state}", came, wanted.span)
                break


def _notifications(
    wanted: Expectation, expected: Iterable[NotificationWanted], course: Course, begins: int
) -> Iterator[Problem]:
    left = [each for each in course.told if not each.notification.muted and _of(wanted, each)]
    for each in expected:
        found = next((told for told in left if not list(_differs(each, told, begins))), None)
        if found is not None:
            left.remove(found)
            continue
        near = next((told for told in left if _in_time(each, told, begins)), None)
        came = "none came"
        if near is not None:
            left.remove(near)
            came = "; ".join(_differs(each, near, begins))
        yield Problem(wanted.monitor, each.start, f"a notification {_spelled(each)}", came, each.span)
    for told in left:
        at = told.notification.at - begins
        came = f"at {spell(at)} people were told `{told.message.title}`"
        yield Problem(wanted.monitor, at, "no other notification" if expected else "no notification", came, wanted.span)


def _of(wanted: Expectation, told: Told) -> bool:
    # With `notify_by` people are told of a part of the tags.
    return wanted.group is None or set(told.notification.group) <= set(wanted.group)


def _in_time(wanted: NotificationWanted, told: Told, begins: int) -> bool:
    return wanted.start <= told.notification.at - begins <= wanted.end


def _differs(wanted: NotificationWanted, told: Told, begins: int) -> Iterator[str]:
    if not _in_time(wanted, told, begins):
        yield f"it came at {spell(told.notification.at - begins)}"
    if wanted.state is not None and told.notification.after is not wanted.state:
        yield f"it is of {told.notification.after}"
    whole = f"{told.message.title}\n{told.message.text}"
    for text in wanted.contains:
        if text not in whole:
            yield f"it does not contain `{text}`: {told.message.title}: {told.message.text}"
    handles = [each.text for each in told.message.handles]
    for handle in wanted.handles:
        if handle not in handles:
            yield f"it does not tell {handle}, but {', '.join(handles) or 'nobody'}"


def _spelled(wanted: NotificationWanted) -> str:
    state = f"of {wanted.state} " if wanted.state else ""
    at = spell(wanted.start) if wanted.start == wanted.end else f"{spell(wanted.start)}..{spell(wanted.end)}"
    return f"{state}at {at}"


def reached(courses: Iterable[Course], state: State = State.ALERT) -> set[str]:
    """Return the monitors that were in a state in a test."""
    return {
        each.key
        for each in courses
        if any(change.state is state for changes in each.changes.values() for change in changes)
    }
