"""The few widgets that the cluster's dashboard has, put into rows of titled groups, 12 columns wide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Widget:
    """A definition and its width; every widget of a group is as high as the others."""

    definition: Mapping[str, Any]
    width: int


def timeseries(title: str, queries: Mapping[str, str], *, limit: float | None = None, width: int = 4) -> Widget:
    """Draw queries over time, and a line where an alert begins."""
    named = [{"data_source": "metrics", "name": name, "query": query} for name, query in queries.items()]
    request = {
        "response_format": "timeseries",
        "queries": named,
        "formulas": [{"formula": name, "alias": name} for name in queries],
        "display_type": "line",
    }
    definition: dict[str, Any] = {"type": "timeseries", "title": title, "show_legend": True, "requests": [request]}
    if limit is not None:
        definition["markers"] = [{"value": f"y = {limit:g}", "display_type": "error dashed", "label": "alert"}]
    return Widget(definition, width)


def number(title: str, query: str, *, least: bool = False, width: int = 2) -> Widget:
    """Show the last value, or the least of the time that is looked at."""
    asked = {"data_source": "metrics", "name": "q", "query": query, "aggregator": "min" if least else "last"}
    request = {"response_format": "scalar", "queries": [asked], "formulas": [{"formula": "q"}]}
    shown = {"type": "query_value", "title": title, "precision": 1, "autoscale": True, "requests": [request]}
    return Widget(shown, width)


def slo(title: str, key: str, *, width: int = 6) -> Widget:
    """Show how an SLO stands; its id is known once it is pushed."""
    definition = {
        "type": "slo",
        "title": title,
        "view_type": "detail",
        "view_mode": "overall",
        "time_windows": ["30d"],
        "show_error_budget": True,
        "slo_id": f"${{slo:{key}}}",
    }
    return Widget(definition, width)


def group(title: str, widgets: Sequence[Widget], *, top: int, height: int = 3) -> tuple[dict[str, Any], int]:
    """Return a group at a row, and the row after it."""
    placed, left, row = [], 0, 0
    for each in widgets:
        if left + each.width > COLUMNS:
            left, row = 0, row + height
        layout = {"x": left, "y": row, "width": each.width, "height": height}
        placed.append({"definition": dict(each.definition), "layout": layout})
        left += each.width
    definition = {
        "type": "group",
        "title": title,
        "layout_type": "ordered",
        "background_color": "vivid_blue",
        "show_title": True,
        "widgets": placed,
    }
    # The title bar of a group is one row high.
    whole = row + height + 1
    return {"definition": definition, "layout": {"x": 0, "y": top, "width": COLUMNS, "height": whole}}, top + whole
