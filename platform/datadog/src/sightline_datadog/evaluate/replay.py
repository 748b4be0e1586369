"""A monitor through a stretch of history: when its outcome changes, and what the evaluator says then.

Where the outcome may change is found for all looks at once, from prefix sums; what it is, the evaluator itself says,
look by look, there and nowhere else. A monitor that cannot be computed at once is looked at every time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.cadence import looks
from sightline_datadog.evaluate.monitor import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_datadog.evaluate.look import Group, Look, Sources
    from sightline_datadog.evaluate.monitor import Monitor
    from sightline_datadog.evaluate.states import Evaluation


@dataclass(frozen=True, slots=True)
class Stretch:
    """Looks in a row that ask for the same: `look` is the first of them; `moments` are all, in Unix seconds."""

    look: Look
    moments: Sequence[int]

    def looks(self) -> Iterator[Look]:
        """Return every look of it; the numbers are those of the first."""
        return (self.look if moment == self.look.at else replace(self.look, at=moment) for moment in self.moments)


def replay(body: Mapping[str, Any], sources: Sources, start: int, end: int) -> Iterator[Stretch]:
    """Look at a monitor as often as the vendor does, from `start` up to but not including `end`.

    The sources must not change under way: what asks for the states of other monitors is looked at by hand.
    """
    monitor = prepare(body)
    moments = list(looks(body, start, end))
    if not moments:
        return
    changes = _changes(monitor, sources, moments)
    found = monitor.look(sources, moments[0])
    first = 0
    for position in changes:
        if position == 0:
            continue
        now = monitor.look(sources, moments[position])
        if not alike(found, now):
            yield Stretch(found, moments[first:position])
            found, first = now, position
    yield Stretch(found, moments[first:])


def _changes(monitor: Monitor, sources: Sources, moments: Sequence[int]) -> Sequence[int]:
    # The import is of the array library: whoever looks at one moment does without.
    from sightline_datadog.evaluate.replay_marks import changes

    found = changes(monitor, sources, moments)
    return range(len(moments)) if found is None else found


def alike(one: Look, other: Look) -> bool:
    """Whether two looks ask for the same states of the same groups."""
    return (
        one.groups.keys() == other.groups.keys()
        and all(_same(each, other.groups[group]) for group, each in one.groups.items())
        and _same(one.absent, other.absent)
    )


def _same(one: Evaluation | None, other: Evaluation | None) -> bool:
    if one is None or other is None:
        return one is other
    return one.state is other.state and one.missing == other.missing and one.holds == other.holds


def groups_of(stretches: Sequence[Stretch]) -> set[Group]:
    """Return every group that had a value at any time."""
    return {group for each in stretches for group in each.look.groups}
