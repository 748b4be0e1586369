"""The states of a monitor, and how it moves between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    """Where a monitor stands: its state, since when, and when it was last looked at (Unix seconds)."""

    state: State
    since: int
    at: int
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state, with the numbers that caused it."""

    at: int
    before: State
    after: State
    reason: str
    values: Mapping[str, Any]

    @property
    def notifies(self) -> bool:
        """Whether people hear of it: anything but a first look that finds all well, and what was never evaluated."""
        quiet = {State.NO_DATA, State.NOT_EVALUATED}
        if self.after is State.NOT_EVALUATED:
            return False
        return not (self.before in quiet and self.after in {State.OK, State.NO_DATA})


def step(before: Standing | None, evaluation: Evaluation, now: int) -> tuple[Standing, Transition | None]:
    """Move a monitor by one look.

    A new monitor starts at NO DATA, as the vendor's does. Looking twice with the same outcome changes only `at`.
    """
    old = before or Standing(State.NO_DATA, now, now)
    state = evaluation.state if evaluation.state is not None else old.state
    if state is old.state:
        return Standing(state, old.since, now, evaluation.reason, evaluation.values), None
    transition = Transition(now, old.state, state, evaluation.reason, evaluation.values)
    return Standing(state, now, now, evaluation.reason, evaluation.values), transition
