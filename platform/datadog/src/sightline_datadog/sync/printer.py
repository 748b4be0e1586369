"""A plan for people and for machines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_datadog.reporting.escaping import visible
from sightline_datadog.sync.plan import Action, Change, Plan
from sightline_datadog.sync.planfile import field_data
from sightline_datadog.sync.risk import risk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.DELETE: ("-", "red")}


@dataclass(frozen=True, slots=True)
class Words:
    """What a plan's counts are called."""

    of: Mapping[Action, str]


PLANNED = Words(
    {
        Action.CREATE: "to create",
        Action.UPDATE: "to update",
        Action.DELETE: "to delete",
        Action.KEEP: "unchanged",
    }
)
DRIFTED = Words(
    {
        Action.CREATE: "missing",
        Action.UPDATE: "changed",
        Action.DELETE: "not in the documents",
        Action.KEEP: "as wanted",
    }
)


class PlanPrinter:
    """Prints a plan as text; `paint(text, style)` colours, and text is complete without it."""

    def __init__(self, paint: Callable[[str, str], str] = lambda text, _style: text, words: Words = PLANNED) -> None:
        self._paint = paint
        self._words = words

    def text(self, plan: Plan) -> str:
        """Return every change with its fields, then one line that counts them."""
        lines = [line for change in plan.changes if change.action is not Action.KEEP for line in self._lines(change)]
        return "\n".join([*lines, self.counts(plan)])

    def counts(self, plan: Plan) -> str:
        """Return `2 to create, 1 to update, 0 to delete, 5 unchanged`."""
        return ", ".join(f"{len(plan.of(action))} {words}" for action, words in self._words.of.items())

    def _lines(self, change: Change) -> list[str]:
        sign, style = _SIGNS[change.action]
        reason = f" ({change.reason})" if change.reason else ""
        # A title may hold escape codes of a terminal, or a line that GitHub takes for a command.
        first = visible(f'{sign} {change.kind} {change.key}  "{" ".join(change.title.split())}"{reason}')
        return [self._paint(first, style), *(visible(f"    {field}") for field in change.fields)]


def unknown_fields(plan: Plan) -> dict[str, list[str]]:
    """Return, by kind, the fields that the server holds and no specification names."""
    found: dict[str, list[str]] = {}
    for change in plan.changes:
        known = found.setdefault(change.kind, [])
        known += [each for each in change.unknown if each not in known]
    return {kind: each for kind, each in found.items() if each}


def as_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON-ready data: `changes` without those to keep, `counts` by action, `risks` by risk."""
    changes = [
        {
            "action": change.action,
            "kind": change.kind,
            "key": change.key,
            "title": change.title,
            "id": change.id,
            "reason": change.reason,
            "risk": risk(change),
            "fields": [field_data(field) for field in change.fields],
        }
        for change in plan.changes
        if change.action is not Action.KEEP
    ]
    counts = {str(action): len(plan.of(action)) for action in Action}
    risks = dict(Counter(str(each["risk"]) for each in changes))
    return {
        "project": plan.project,
        "empty": plan.empty,
        "counts": counts,
        "risks": risks,
        "changes": changes,
        "unknown": unknown_fields(plan),
    }
