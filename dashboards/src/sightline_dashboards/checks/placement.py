"""Widgets stay within the columns and do not overlap; a chart over time is four columns wide at least."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from sightline_dashboards.checks import widgets
from sightline_dashboards.widgets import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CODE = "DASH001"
NARROWEST_CHART = 4


def check(body: Mapping[str, Any]) -> Iterator[str]:
    """Look at each level by itself."""
    for holder in [body, *(widget["definition"] for widget in widgets(body) if "widgets" in widget["definition"])]:
        placed = holder.get("widgets") or []
        for widget in placed:
            layout, title = widget["layout"], _title(widget)
            if layout["x"] < 0 or layout["y"] < 0 or layout["x"] + layout["width"] > COLUMNS:
                yield f"`{title}` leaves the {COLUMNS} columns"
            if widget["definition"]["type"] == "timeseries" and layout["width"] < NARROWEST_CHART:
                yield f"`{title}` is a chart of {layout['width']} columns; {NARROWEST_CHART} are needed to read it"
        for one, other in combinations(placed, 2):
            if _overlap(one["layout"], other["layout"]):
                yield f"`{_title(one)}` and `{_title(other)}` overlap"


def _overlap(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    across = one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]
    down = one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]
    return across and down


def _title(widget: Mapping[str, Any]) -> str:
    definition = widget["definition"]
    return str(definition.get("title") or definition["type"])
