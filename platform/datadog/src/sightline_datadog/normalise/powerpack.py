"""Powerpacks: one group of widgets under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.dashboard import widget
from sightline_datadog.normalise.plain import without, without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds and the widgets' ids; its tags keep their order."""
    kept = without_empty(without(body, ("id",)), ("description", "tags", "template_variables"))
    if isinstance(kept.get("group_widget"), dict):
        kept["group_widget"] = widget(kept["group_widget"])
    return kept


def reconcile(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Leave to the server where it puts a group that does not say where it is."""
    there, wanted = before.get("group_widget"), after.get("group_widget")
    if isinstance(there, dict) and isinstance(wanted, dict) and "layout" not in wanted:
        there.pop("layout", None)
