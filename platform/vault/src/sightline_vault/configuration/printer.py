"""A plan for people and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_vault.configuration.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SIGNS = {
    Action.CREATE: ("+", "green"),
    Action.UPDATE: ("~", "yellow"),
    Action.DELETE: ("-", "red"),
    Action.UNMANAGED: ("?", "cyan"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a plan's counts are called."""

    of: Mapping[Action, str]


PLANNED = Words(
    {
        Action.CREATE: "to create",
        Action.UPDATE: "to update",
        Action.DELETE: "to delete",
        Action.UNMANAGED: "unmanaged",
        Action.KEEP: "unchanged",
    }
)
DRIFTED = Words(
    {
        Action.CREATE: "missing",
        Action.UPDATE: "changed",
        Action.DELETE: "to delete",
        Action.UNMANAGED: "not in the model",
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
        """Return `2 to create, 1 to update, 0 to delete, 0 unmanaged, 5 unchanged`."""
        counted = [(len(plan.of(action)), words) for action, words in self._words.of.items()]
        return ", ".join(f"{number} {words}" for number, words in counted)

    def _lines(self, change: Change) -> list[str]:
        sign, style = _SIGNS[change.action]
        reason = f" ({change.reason})" if change.reason else ""
        first = self._paint(f"{sign} {change.name}{reason}", style)
        return [first, *(f"    {field}" for field in change.fields)]


def as_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON-ready data: `changes` without those to keep, `counts` by action. No body is in it."""
    changes = [
        {
            "action": change.action,
            "kind": change.kind,
            "key": change.key,
            "reason": change.reason,
            "fields": [{"path": each.path, "before": each.before, "after": each.after} for each in change.fields],
        }
        for change in plan.changes
        if change.action is not Action.KEEP
    ]
    counts = {str(action): len(plan.of(action)) for action in Action}
    return {"empty": plan.empty, "counts": counts, "changes": changes}
