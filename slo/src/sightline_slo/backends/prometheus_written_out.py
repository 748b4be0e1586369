"""A calendar that PromQL has no arithmetic for, written out: stretches of even steps, over ten years from its start.

Summer time makes two rules of one, each with its stretches; what comes by months has a stretch for each time.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sightline_slo.recurrence import occurrences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_slo.model import Maintenance

DAY = 86400
HORIZON_S = 3652 * DAY
MOST_TIMES, MOST_STRETCHES = 3700, 150
"""Once a day, and working days in a zone with summer time: what is more makes rules that nobody can load."""

_Stretch = tuple[int, int]
"""The first and the last beginning of times that come evenly."""


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """What a calendar comes to.

    Args:
        every: the step in seconds.
        stretches: by the remainder that their beginnings leave.
        until: from when on nothing is written; None for a rule that ends before.
    """

    every: int
    stretches: tuple[tuple[_Stretch, ...], ...]
    until: int | None


@lru_cache(maxsize=64)
def written_out(each: Maintenance) -> WrittenOut | None:
    """Write a rule out; None where it comes too often, or too unevenly."""
    end = each.start + HORIZON_S
    times = list(itertools.islice(occurrences(each, each.start, end), MOST_TIMES + 1))
    if len(times) > MOST_TIMES:
        return None
    steps = [days * DAY for days in (1, 2, 7, 14)]
    every, stretches = min(((step, _stretches(times, step)) for step in steps), key=lambda made: _count(made[1]))
    if _count(stretches) > MOST_STRETCHES:
        return None
    more = any(start >= end for start in itertools.islice(occurrences(each, end, end + HORIZON_S), 2))
    return WrittenOut(every, tuple(map(tuple, stretches)), end if more else None)


def _stretches(times: Sequence[int], every: int) -> list[list[_Stretch]]:
    found: dict[int, list[_Stretch]] = {}
    for start in times:
        known = found.setdefault(start % every, [])
        if known and start - known[-1][1] == every:
            known[-1] = (known[-1][0], start)
        else:
            known.append((start, start))
    return list(found.values())


def _count(stretches: Sequence[Sequence[_Stretch]]) -> int:
    return sum(map(len, stretches))


def terms(made: WrittenOut, length_s: int) -> list[str]:
    """Return PromQL that is 1 for so long after each beginning, and nothing otherwise; one term a remainder."""
    found = []
    for each in made.stretches:
        first = each[0][0]
        since = f"((vector(time()) >= {first}) - {first}) % {made.every}"
        begun = f"vector(time()) - {since}"
        stretches = " or ".join(f"({begun} >= {start} <= {last})" for start, last in each)
        found.append(f"({since} < {length_s} and on () ({stretches})) * 0 + 1")
    return found
