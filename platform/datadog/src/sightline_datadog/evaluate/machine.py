"""How a monitor moves: where its groups stood, one look, its options and the clock give where they stand and who hears.

Pure: what is remembered between looks is the mapping of standings, and the caller keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sightline_datadog.evaluate.machine_group import Muting, Step, idle, moved
from sightline_datadog.evaluate.states import (
    Evaluation,
    Notification,
    Occasion,
    Standing,
    State,
    Transition,
    worst,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sightline_datadog.evaluate.look import Group, Look
    from sightline_datadog.evaluate.machine_rules import Rules

    Muted = Callable[[Group], Muting | None]
    Standings = Mapping[Group, Standing]

_SILENT = Evaluation(None, "no data: the last state is kept", missing=True)


def unmuted(_group: Group) -> Muting | None:
    """Mute nothing."""
    return None


@dataclass(frozen=True, slots=True)
class Moved:
    """What one look did to a monitor; `forgotten` groups had no data for too long."""

    standings: Standings
    transitions: tuple[Transition, ...] = ()
    notifications: tuple[Notification, ...] = ()
    forgotten: tuple[Group, ...] = ()


def advance(before: Standings, look: Look, rules: Rules, muted: Muted = unmuted, *, touch: bool = True) -> Moved:
    """Move every group of a monitor by one look.

    Args:
        before: where its groups stood; empty before its first look.
        look: what the look found.
        rules: the monitor's options.
        muted: the downtime that is on for a group.
        touch: whether a group about which there is nothing new gets a new `at` and new values all the same. Without,
            a look that says nothing new gives `before` itself and makes no object.

    Returns:
        The standings of all groups that are known, in order of their appearance. A simple monitor without any data yet
        has one at NO DATA.
    """
    steps: dict[Group, Step] = {}
    now = look.at
    for group, evaluation in look.groups.items():
        old, muting = before.get(group), muted(group)
        if touch or old is None or not idle(old, evaluation, group, rules, now, muting=muting):
            steps[group] = moved(old, evaluation, group, rules, now, muting=muting)
    absent = look.absent or _SILENT
    for group, old in before.items():
        if group not in look.groups:
            muting = muted(group)
            if touch or not idle(old, absent, group, rules, now, muting=muting):
                steps[group] = moved(old, absent, group, rules, now, muting=muting)
    if not before and not look.groups:
        steps[()] = moved(None, absent, (), rules, now)
    if not steps:
        return Moved(before)
    standings = {group: steps[group].standing if group in steps else old for group, old in before.items()}
    standings |= {group: step.standing for group, step in steps.items() if group not in before}
    if () in standings and len(standings) > 1 and () not in look.groups:
        # It stood for the groups that were not there yet.
        del standings[()]
    kept = {group: standing for group, standing in standings.items() if standing is not None}
    return Moved(
        kept or {(): Standing(State.NO_DATA, now, now, absent.reason, absent.values, missing=now)},
        tuple(each.transition for each in steps.values() if each.transition is not None),
        _notifications(before, standings, steps, rules),
        tuple(group for group, step in steps.items() if step.standing is None and group in before),
    )


def overall(standings: Standings) -> State:
    """Return the state of a monitor: that of its worst group."""
    return worst(each.state for each in standings.values())


def leading(standings: Standings) -> Standing | None:
    """Return where the worst group stands, of several the one that came there last; None where there is none."""
    state = overall(standings)
    return max((each for each in standings.values() if each.state is state), key=lambda each: each.since, default=None)


def _notifications(
    before: Standings, after: Mapping[Group, Standing | None], steps: Mapping[Group, Step], rules: Rules
) -> tuple[Notification, ...]:
    found = tuple(each.notification for each in steps.values() if each.notification is not None)
    if rules.notify_by is None or not found:
        return found
    by = rules.notify_by
    told: list[Notification] = []
    for scope in dict.fromkeys(_scope(each.group, by) for each in found):
        members = [each for each in found if _scope(each.group, by) == scope]
        was = worst(each.state for group, each in before.items() if _scope(group, by) == scope)
        now = worst(each.state for group, each in after.items() if each is not None and _scope(group, by) == scope)
        loudest = max(members, key=lambda each: (each.after is now, not each.muted))
        if loudest.occasion is not Occasion.TRANSITION:
            told.append(replace(loudest, group=scope))
        elif was is not now:
            told.append(replace(loudest, group=scope, before=was, after=now))
    return tuple(told)


def _scope(group: Group, by: tuple[str, ...]) -> Group:
    return tuple(tag for tag in group if tag.partition(":")[0] in by)
