"""Dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import tags, texts, without, without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = (
    "id", "url", "author_handle", "author_name", "author_info", "created_at", "modified_at", "is_read_only",
    "deleted_at", "experience_type",
)  # fmt: skip
"""What the server adds; `is_read_only` it derives from the restricted roles."""

SETS = ("notify_list", "restricted_roles")
"""Lists that come back in the server's order."""


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
    for each in SETS:
        if each in kept:
            kept[each] = texts(kept[each])
    if isinstance(kept.get("tabs"), list):
        kept["tabs"] = [_tab(each, _numbers(body)) for each in kept["tabs"]]
    kept["widgets"] = [widget(each) for each in body.get("widgets") or []]
    return kept


def _numbers(body: Mapping[str, Any]) -> dict[Any, str]:
    """Return what a tab may call each widget before it has an id: `@1` for the first one."""
    return {each["id"]: f"@{number}" for number, each in enumerate(body.get("widgets") or [], 1) if "id" in each}


def _tab(value: Any, numbers: Mapping[Any, str]) -> Any:
    """Drop a tab's own id, and name its widgets by their order."""
    if not isinstance(value, dict) or not isinstance(ids := value.get("widget_ids"), list):
        return value
    return without(value, ("id",)) | {"widget_ids": [numbers.get(each, each) for each in ids if _plain(each)]}


def _plain(value: object) -> bool:
    return isinstance(value, int | str)


def widget(value: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the ids of a widget and of those in it."""
    kept = without(value, ("id",))
    definition = kept.get("definition")
    if isinstance(definition, dict) and isinstance(definition.get("widgets"), list):
        kept["definition"] = definition | {"widgets": [widget(each) for each in definition["widgets"]]}
    return kept
