"""Which downtimes mute a group: those of the option `silenced`, and those that are objects of their own.

https://docs.datadoghq.com/monitors/downtimes/#downtime-scope-syntax
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.machine_group import FOREVER, Muting
from sightline_datadog.evaluate.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sightline_datadog.evaluate.look import Group

_AND = re.compile(r"\s+AND\s+|\s*,\s*")
_ONE_OF = re.compile(r"([^\s():]+):\((.*)\)")
_OR = re.compile(r"\s+OR\s+")


@dataclass(frozen=True, slots=True)
class Downtime:
    """One that is meant for a monitor: on from `start` up to but not including `end`, in Unix seconds."""

    scope: str
    start: float
    end: float = FOREVER
    muting: Muting = field(default_factory=Muting)

    def mutes(self, group: Group, now: float) -> bool:
        """Whether it mutes a group now."""
        return self.start <= now < self.end and covers(self.scope, group)


def covers(scope: str, group: Group) -> bool:
    """Whether a scope such as `service:web AND env:(dev OR staging) AND -host:a*` takes a group in; `*` takes all."""
    return all(_holds(part.strip(), group) for part in _AND.split(scope.strip()) if part.strip() not in {"", "*"})


def _holds(part: str, group: Group) -> bool:
    if part.startswith(("-", "NOT ")):
        return not _holds(part.removeprefix("-").removeprefix("NOT ").strip(), group)
    several = _ONE_OF.fullmatch(part)
    wanted = [f"{several[1]}:{value.strip()}" for value in _OR.split(several[2])] if several else [part]
    # A bracket is a plain character in a tag, and a pattern's for fnmatch.
    patterns = [re.sub(r"([\[?])", r"[\1]", each) for each in wanted]
    return any(fnmatchcase(tag, pattern) for tag in group for pattern in patterns)


def silenced(options: Mapping[str, Any], now: float) -> tuple[Downtime, ...]:
    """Return the downtimes that a monitor's own option `silenced` holds: scope to end, null for no end."""
    held = options.get("silenced")
    if not isinstance(held, dict) or not held:
        return ()
    ends = ((scope, float(end) if isinstance(end, int | float) else FOREVER) for scope, end in held.items())
    return tuple(Downtime(str(scope), 0.0, end, Muting(end)) for scope, end in ends if now < end)


def muting(downtimes: Sequence[Downtime], group: Group, now: float) -> Muting | None:
    """Return what mutes a group now, None for nothing.

    Where several do, the last to end counts, and a recovery is told only if all of them let it be told.
    """
    on = [each.muting for each in downtimes if each.mutes(group, now)]
    if not on:
        return None
    last = max(on, key=lambda each: each.until)
    return Muting(last.until, all(each.first_recovery for each in on), last.at_end)


def end_states(names: Iterable[str]) -> frozenset[State]:
    """Return the states that a downtime's `notify_end_states` names."""
    known = {"alert": State.ALERT, "warn": State.WARN, "no data": State.NO_DATA}
    return frozenset(known[each] for each in names if each in known)
