"""What came of a test, told as a timeline: for people, and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.states import Occasion
from sightline_datadog.testing.notation import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sightline_datadog.evaluate.look import Group
    from sightline_datadog.testing.judging import Problem
    from sightline_datadog.testing.simulate import Course, Outcome, Told

_SHOWN_TEXT = 100


def lines(course: Course, begins: int, problems: Iterable[Problem] = ()) -> list[str]:
    """Draw one monitor, group by group; `-` is what was expected, `+` what came in its place."""
    drawn = []
    unmet = list(problems)
    for group, changes in course.changes.items():
        head = f"{course.key} {{{','.join(group)}}}" if group else course.key
        rows = [
            (each.at - begins, 0, " ", f"{each.state or 'forgotten':<13} {each.reason}".rstrip()) for each in changes
        ]
        rows += [(each.notification.at - begins, 1, " ", _told(each)) for each in course.told if _about(each, group)]
        drawn += [head, *_table(rows)]
    if unmet:
        rows = [(each.at, 0, "-", each.wanted) for each in unmet] + [(each.at, 1, "+", each.came) for each in unmet]
        drawn += [f"{course.key}, not as expected", *_table(rows)]
    return drawn


def _about(told: Told, group: Group) -> bool:
    return told.notification.standing.state is told.notification.after and (
        told.notification.group == group or (set(told.notification.group) < set(group))
    )


def _table(rows: list[tuple[int, int, str, str]]) -> list[str]:
    ordered = sorted(rows, key=lambda row: (row[0], row[1]))
    return [f"  {sign} {spell(max(at, 0)):>8}  {text}" for at, _, sign, text in ordered]


def _told(told: Told) -> str:
    names = " ".join(each.text for each in told.message.handles) or "nobody by name"
    verb = "muted for" if told.notification.muted else "tells"
    text = " ".join(told.message.text.split())
    shown = text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "…"
    return f"  {verb} {names}: {told.message.title}" + (f": {shown}" if shown else "")


def data(outcome: Outcome, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return everything as plain values; times are seconds from the beginning of the test."""
    case = outcome.case
    return {
        "name": case.name,
        "file": case.span.file,
        "line": case.span.line,
        "passed": not problems,
        "problems": [
            {"monitor": each.monitor, "at": each.at, "expected": each.wanted, "came": each.came} for each in problems
        ],
        "monitors": [_monitor(each, case.begins) for each in outcome.courses.values()],
    }


def _monitor(course: Course, begins: int) -> dict[str, Any]:
    return {
        "monitor": course.key,
        "not_evaluated": course.unevaluated or None,
        "groups": [
            {
                "group": list(group),
                "states": [{"at": each.at - begins, "state": each.state, "reason": each.reason} for each in changes],
            }
            for group, changes in course.changes.items()
        ],
        "notifications": [_notification(each, begins) for each in course.told],
    }


def _notification(told: Told, begins: int) -> dict[str, Any]:
    one = told.notification
    return {
        "at": one.at - begins,
        "group": list(one.group),
        "from": one.before,
        "to": one.after,
        "again": one.occasion is Occasion.RENOTIFY,
        "muted": one.muted,
        "title": told.message.title,
        "text": told.message.text,
        "handles": [each.text for each in told.message.handles],
    }
