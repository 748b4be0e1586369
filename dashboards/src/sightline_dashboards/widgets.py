"""Widgets of Datadog's dashboards as plain mappings: the few that the boards use, each by one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLUMNS = 12
"""How wide an `ordered` dashboard is."""


@dataclass(frozen=True, slots=True)
class Widget:
    """A definition and the room it wants, in columns and rows."""

    definition: Mapping[str, Any]
    width: int
    height: int


def timeseries(
    title: str,
    queries: Mapping[str, str],
    *,
    formulas: Sequence[tuple[str, str]] = (),
    display: str = "line",
    width: int = 4,
    markers: Sequence[Mapping[str, str]] = (),
) -> Widget:
    """Draw queries over time.

    Args:
        title: short.
        queries: text by the name that formulas call it.
        formulas: (formula, label); each query as it is where there are none.
        display: line, bars or area.
        width: in columns.
        markers: horizontal lines, such as a threshold.
    """
    request = {
        "response_format": "timeseries",
        "queries": _queries(queries),
        "formulas": [{"formula": formula, "alias": label} for formula, label in formulas or _each(queries)],
        "display_type": display,
    }
    definition: dict[str, Any] = {"type": "timeseries", "title": title, "show_legend": True, "requests": [request]}
    if markers:
        definition["markers"] = list(markers)
    return Widget(definition, width, 3)


def value(title: str, queries: Mapping[str, str], formula: str, *, precision: int = 0, width: int = 2) -> Widget:
    """Show one number over the time that is looked at."""
    request = {
        "response_format": "scalar",
        "queries": [{**query, "aggregator": "sum"} for query in _queries(queries)],
        "formulas": [{"formula": formula}],
    }
    definition = {
        "type": "query_value",
        "title": title,
        "precision": precision,
        "autoscale": True,
        "requests": [request],
    }
    return Widget(definition, width, 2)


def toplist(title: str, queries: Mapping[str, str], formula: str, *, width: int = 4) -> Widget:
    """Rank groups."""
    request = {
        "response_format": "scalar",
        "queries": [{**query, "aggregator": "sum"} for query in _queries(queries)],
        "formulas": [{"formula": formula, "limit": {"count": 10, "order": "desc"}}],
    }
    return Widget({"type": "toplist", "title": title, "requests": [request]}, width, 3)


def slo(title: str, key: str, *, timeframe: str = "30d", width: int = 3) -> Widget:
    """Show an SLO's standing and what is left of its budget; `key` is its key in the specs."""
    definition = {
        "type": "slo",
        "title": title,
        "view_type": "detail",
        "view_mode": "overall",
        "time_windows": [timeframe],
        "show_error_budget": True,
        "slo_id": f"${{slo:{key}}}",
    }
    return Widget(definition, width, 2)


def note(text: str, *, width: int = 12, height: int = 1) -> Widget:
    """Say something in Markdown."""
    definition = {"type": "note", "content": text, "background_color": "white", "show_tick": False}
    return Widget(definition, width, height)


def _queries(queries: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"data_source": "metrics", "name": name, "query": text} for name, text in queries.items()]


def _each(queries: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, name) for name in queries]
