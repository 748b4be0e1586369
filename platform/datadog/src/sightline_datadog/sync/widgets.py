"""Widgets keep their ids over an update, because people's links hold them."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def keep_widget_ids(body: Mapping[str, Any], there: object) -> dict[str, Any]:
    """Return the dashboard with the id of each widget that was there, found by type and title, else by its queries."""
    old = there.get("widgets") if isinstance(there, dict) else None
    return {**body, "widgets": _matched(body.get("widgets") or [], old or [])}


def _matched(new: list[dict[str, Any]], old: list[dict[str, Any]]) -> list[dict[str, Any]]:
    known: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
    for widget in old:
        known[_identity(widget)].append(widget)
    result = []
    for widget in new:
        candidates = known[_identity(widget)]
        found = candidates.popleft() if candidates else {}
        kept = {**widget, "id": found["id"]} if "id" in found else dict(widget)
        definition = widget.get("definition") or {}
        if isinstance(definition.get("widgets"), list):
            inner = (found.get("definition") or {}).get("widgets") or []
            kept["definition"] = {**definition, "widgets": _matched(definition["widgets"], inner)}
        result.append(kept)
    return result


def _identity(widget: Mapping[str, Any]) -> str:
    definition = widget.get("definition") or {}
    title = definition.get("title")
    rest = title or json.dumps(definition.get("requests") or definition.get("content") or "", sort_keys=True)
    return f"{definition.get('type')}\n{rest}"
