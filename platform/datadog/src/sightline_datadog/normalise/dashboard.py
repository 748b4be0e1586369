"""Dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import tags, without, without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = (
    "id", "url", "author_handle", "author_name", "author_info", "created_at", "modified_at", "is_read_only",
    "deleted_at", "experience_type",
)  # fmt: skip
"""What the server adds; `is_read_only` it derives from the restricted roles."""


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds and the widgets' ids, which it deals out anew unless they are sent back."""
    kept = without(body, ADDED)
    empty = (
        "restricted_roles",
        "template_variables",
        "template_variable_presets",
        "notify_list",
        "description",
        "tags",
    )
    kept = without_empty(kept, empty)
    if "tags" in kept:
        kept["tags"] = tags(kept["tags"])
    kept["widgets"] = [widget(each) for each in body.get("widgets") or []]
    return kept


def widget(value: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the ids of a widget and of those in it."""
    kept = without(value, ("id",))
    definition = kept.get("definition")
    if isinstance(definition, dict) and isinstance(definition.get("widgets"), list):
        kept["definition"] = definition | {"widgets": [widget(each) for each in definition["widgets"]]}
    return kept
