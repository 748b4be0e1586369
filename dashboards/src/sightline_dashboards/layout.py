"""Puts widgets into rows of groups: left to right, then down, nothing overlaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sightline_dashboards.widgets import COLUMNS, Widget

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Group:
    """A titled group over the whole width."""

    title: str
    color: str
    widgets: tuple[Widget, ...]


def place(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Return the groups as the vendor's widgets, each with its place."""
    placed = []
    top = 0
    for group in groups:
        inner, height = _flow(group.widgets)
        definition = {
            "type": "group",
            "title": group.title,
            "layout_type": "ordered",
            "background_color": group.color,
            "show_title": True,
            "widgets": inner,
        }
        # The title bar of a group is one row high.
        layout = {"x": 0, "y": top, "width": COLUMNS, "height": height + 1}
        placed.append({"definition": definition, "layout": layout})
        top += height + 1
    return placed


def _flow(widgets: Sequence[Widget]) -> tuple[list[dict[str, Any]], int]:
    placed: list[dict[str, Any]] = []
    left = top = tallest = 0
    for widget in widgets:
        if left + widget.width > COLUMNS:
            left, top, tallest = 0, top + tallest, 0
        layout = {"x": left, "y": top, "width": widget.width, "height": widget.height}
        placed.append({"definition": dict(widget.definition), "layout": layout})
        left += widget.width
        tallest = max(tallest, widget.height)
    return placed, top + tallest
