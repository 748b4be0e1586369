"""A plan for people and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.sync.diff import ABSENT
from sightline_datadog.sync.plan import Action, Change, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNS = {Action.CREATE: ("+", "green"), Action.UPDATE: ("~", "yellow"), Action.DELETE: ("-", "red")}
_DONE = {Action.CREATE: "to create", Action.UPDATE: "to update", Action.DELETE: "to delete", Action.KEEP: "unchanged"}


class PlanPrinter:
    """Prints a plan as text; `paint(text, style)` colours, and text is complete without it."""

    def __init__(self, paint: Callable[[str, str], str] = lambda text, _style: text) -> None:
        self._paint = paint

    def text(self, plan: Plan) -> str:
        """Return every change with its fields, then one line that counts them."""
        lines = [line for change in plan.changes if change.action is not Action.KEEP for line in self._lines(change)]
        return "\n".join([*lines, self.counts(plan)])

    def counts(self, plan: Plan) -> str:
        """Return `2 to create, 1 to update, 0 to delete, 5 unchanged`."""
        return ", ".join(f"{len(plan.of(action))} {words}" for action, words in _DONE.items())

    def _lines(self, change: Change) -> list[str]:
        sign, style = _SIGNS[change.action]
        reason = f" ({change.reason})" if change.reason else ""
        first = f'{sign} {change.kind} {change.key}  "{change.title}"{reason}'
        return [self._paint(first, style), *(f"    {field}" for field in change.fields)]


def as_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON-ready data: `changes` without those to keep, and `counts` by action."""

    def plain(value: object) -> object:
        return {"absent": True} if value is ABSENT else value

    changes = [
        {
            "action": change.action,
            "kind": change.kind,
            "key": change.key,
            "title": change.title,
            "id": change.id,
            "reason": change.reason,
            "fields": [
                {"path": field.path, "before": plain(field.before), "after": plain(field.after)}
                for field in change.fields
            ],
        }
        for change in plan.changes
        if change.action is not Action.KEEP
    ]
    counts = {str(action): len(plan.of(action)) for action in Action}
    return {"project": plan.project, "empty": plan.empty, "counts": counts, "changes": changes}
