"""A monitor through a stretch of history: its looks, and who hears of what, without a look where nothing can happen."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.machine import advance, unmuted
from sightline_datadog.evaluate.machine_group import FOREVER, due
from sightline_datadog.evaluate.machine_rules import rules_of
from sightline_datadog.evaluate.monitor import look as look_at
from sightline_datadog.evaluate.replay import Stretch, replay

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sightline_datadog.evaluate.look import Group, Sources
    from sightline_datadog.evaluate.machine import Moved, Muted
    from sightline_datadog.evaluate.machine_rules import Rules
    from sightline_datadog.evaluate.states import Standing


def course(
    body: Mapping[str, Any], sources: Sources, start: int, end: int, muted: Muted | None = None
) -> Iterator[tuple[int, Moved]]:
    """Look at a monitor as often as the vendor does, from `start` up to but not including `end`.

    Args:
        body: the monitor as the vendor's API gives it.
        sources: where the numbers come from; they must not change under way.
        start: Unix seconds.
        end: Unix seconds.
        muted: the downtime that is on for a group; None where there is none at all, which is faster.

    Returns:
        The second and what moved, of every look at which anything did. The first look is always among them.
    """
    rules = rules_of(body)
    yield from walk(replay(body, sources, start, end), rules, body, sources, muted)


def walk(
    stretches: Iterable[Stretch], rules: Rules, body: Mapping[str, Any], sources: Sources, muted: Muted | None = None
) -> Iterator[tuple[int, Moved]]:
    """Move a monitor through stretches of looks that ask for the same."""
    standings: Mapping[Group, Standing] = {}
    for stretch in stretches:
        moments, position = stretch.moments, 0
        while position < len(moments):
            at = moments[position]
            found = stretch.look if at == stretch.look.at else replace(stretch.look, at=at)
            moved = advance(standings, found, rules, muted or unmuted, touch=False)
            if (moved.notifications or moved.transitions) and at != stretch.look.at:
                # What happens under way has the numbers of that look, not of the first that asked for the same.
                moved = advance(standings, look_at(body, sources, at), rules, muted or unmuted, touch=False)
            if moved.standings is not standings:
                standings = moved.standings
                yield at, moved
            position += 1
            if muted is None:
                next_at = min((due(each, rules, at) for each in standings.values()), default=FOREVER)
                position = max(position, bisect_left(moments, next_at))
