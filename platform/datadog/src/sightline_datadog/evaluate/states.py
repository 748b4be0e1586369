"""The states of a monitor, and what is said of them: plain values. `machine` moves between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_datadog.evaluate.look import Group


class State(StrEnum):
    """As the vendor spells them in capitals; `NOT EVALUATED` is ours: what we cannot compute is never OK."""

    OK = "OK"
    WARN = "WARN"
    ALERT = "ALERT"
    NO_DATA = "NO DATA"
    NOT_EVALUATED = "NOT EVALUATED"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One look at a monitor or one of its groups: the state it asks for, why in words, and the numbers behind it.

    `state` None means that nothing can be said this time (no data, and the monitor keeps what it last knew).
    `holds` are the states that one who is in keeps, whatever `state` says: its recovery threshold is not passed yet.
    `missing` tells that there was no data, and `state` is what the monitor's options ask for then.
    """

    state: State | None
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    missing: bool = False
    holds: frozenset[State] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group of a monitor stands. Times are Unix seconds; None is never.

    Args:
        state: its state.
        since: when it came into that state.
        at: when it was last looked at.
        reason: why, in words.
        values: the numbers behind it.
        reported: when it was first seen with data. Before that it is at NO DATA, and nobody hears of it.
        missing: since when it has no data; None while it has some.
        first_triggered: when it left OK, if it has not come back.
        last_triggered: when it last came into ALERT, WARN or a NO DATA that people hear of.
        last_no_data: when it last came into NO DATA.
        last_resolved: when it last came back to OK.
        told: the bad state that people were last told, None where nothing is open. A muted notification counts.
        aloud: whether that notification was sent, and not muted.
        last_notified: when people were last told anything.
        renotified: how often they were told again of the present state.
        muted: until when it was muted at the last look, infinity for a mute without end; None where it was not.
    """

    state: State
    since: int
    at: int
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    reported: int | None = None
    missing: int | None = None
    first_triggered: int | None = None
    last_triggered: int | None = None
    last_no_data: int | None = None
    last_resolved: int | None = None
    told: State | None = None
    aloud: bool = False
    last_notified: int | None = None
    renotified: int = 0
    muted: float | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A group's change of state, with the numbers that caused it; `notifies` tells whether people hear of it."""

    at: int
    before: State
    after: State
    reason: str
    values: Mapping[str, Any] = field(default_factory=dict)
    group: Group = ()
    notifies: bool = False


class Occasion(StrEnum):
    """Why people are told something."""

    TRANSITION = "transition"
    RENOTIFY = "renotify"
    DOWNTIME_END = "downtime end"


@dataclass(frozen=True, slots=True)
class Notification:
    """What people are told, or would be told if it were not `muted`.

    `standing` is where the group that caused it stands now; `group` is what is told about: that group or, with
    `notify_by`, a part of its tags.
    """

    at: int
    group: Group
    before: State
    after: State
    occasion: Occasion
    standing: Standing
    muted: bool = False


_SEVERITY = (State.OK, State.NO_DATA, State.NOT_EVALUATED, State.WARN, State.ALERT)


def worst(states: Iterable[State]) -> State:
    """Return the state of several groups together; NO DATA of none."""
    return max(states, key=_SEVERITY.index, default=State.NO_DATA)
