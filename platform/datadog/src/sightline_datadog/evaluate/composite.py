"""Composite monitors: `1 && !2`, on the states that other monitors have.

https://docs.datadoghq.com/monitors/types/composite/#how-composite-monitors-work
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.evaluate.errors import NotEvaluatedError
from sightline_datadog.evaluate.look import Look
from sightline_datadog.evaluate.states import Evaluation, State
from sightline_datadog.query import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.evaluate.look import Group, Sources
    from sightline_datadog.query.alerts import Composite

SEVERITY: dict[State | None, int] = {State.OK: 1, State.NO_DATA: 2, State.WARN: 3, State.ALERT: 4}
"""All but OK are worth an alert."""


@dataclass(frozen=True, slots=True)
class CompositeWatch:
    """A composite monitor."""

    query: Composite
    options: Mapping[str, Any]

    def look(self, sources: Sources, now: int) -> Look:
        """Look at it: simple where all its parts are, else one evaluation for each group that they share.

        Raises:
            NotEvaluatedError: what it is made of is not there.
        """
        if sources.find_standing is None:
            raise NotEvaluatedError("the states of other monitors are not known here")
        parts = {}
        for part in dict.fromkeys(monitors_of(self.query.condition)):
            if sources.find_monitor is not None and sources.find_monitor(part) is None:
                raise NotEvaluatedError(f"the monitor {part} is not there")
            parts[part] = sources.find_standing(part) or {(): State.NO_DATA}
        return Look({group: self._judge(states) for group, states in shared(parts).items()}, now)

    def _judge(self, states: Mapping[str, State]) -> Evaluation:
        state = combined(self.query.condition, states)
        reason = ", ".join(f"{part} is {each}" for part, each in states.items())
        values = {"states": {part: str(each) for part, each in states.items()}}
        if state is State.NO_DATA and not self.options.get("notify_no_data"):
            return Evaluation(None, f"{reason}: no data, so that the last state is kept", values, missing=True)
        return Evaluation(state, reason, values, missing=state is State.NO_DATA)


def monitors_of(condition: tree.Filter) -> tuple[str, ...]:
    """Return the ids that a condition names, left to right."""
    match condition:
        case tree.Term(text=text):
            return (text,)
        case tree.All(parts=parts) | tree.Any(parts=parts):
            return tuple(each for part in parts for each in monitors_of(part))
        case tree.Not(part=part):
            return monitors_of(part)
        case _:
            return ()


def combined(condition: tree.Filter, states: Mapping[str, State]) -> State:
    """Return the state of a condition: the least severe of `&&`, the most severe of `||`.

    A part that is NOT EVALUATED makes it NOT EVALUATED, unless the other parts decide alone.
    """
    match condition:
        case tree.Term(text=text, negated=negated):
            return _opposite(states[text]) if negated else states[text]
        case tree.Not(part=part):
            return _opposite(combined(part, states))
        case tree.All(parts=parts) | tree.Any(parts=parts):
            found = [combined(part, states) for part in parts]
            known = [each for each in found if each is not State.NOT_EVALUATED]
            extreme, decides = (min, State.OK) if isinstance(condition, tree.All) else (max, State.ALERT)
            if len(known) < len(found) and decides not in known:
                return State.NOT_EVALUATED
            return extreme(known, key=SEVERITY.__getitem__)
        case _:
            return State.NOT_EVALUATED


def _opposite(state: State) -> State:
    if state in {State.NO_DATA, State.NOT_EVALUATED}:
        return state
    return State.ALERT if state is State.OK else State.OK


def shared(parts: Mapping[str, Mapping[Group, State]]) -> dict[Group, dict[str, State]]:
    """Return the states of every part in the groups that all parts have.

    Groups go together by the values of their tags, whatever the keys are, and a group that is divided further goes with
    the group that it is part of. One without groups goes with any.
    """
    found: list[tuple[Group, dict[str, State]]] = [((), {})]
    for part, states in parts.items():
        found = [
            (tags if len(tags) >= len(group) else group, {**known, part: state})
            for tags, known in found
            for group, state in states.items()
            if _values(tags) <= _values(group) or _values(group) <= _values(tags)
        ]
    return dict(found)


def _values(group: Group) -> set[str]:
    return {tag.partition(":")[2] for tag in group}
