"""What several rules ask of a body, found once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind
from sightline_datadog.query import parse_metric_query, read_monitor_query, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_core.located import Path
    from sightline_datadog.query import Problem
    from sightline_datadog.query.alerts import AnyMonitorQuery

Among = dict[tuple[Kind, str], Document]
"""Everything that is looked at together, by address."""

_KEPT = 8192


@lru_cache(_KEPT)
def read_query(monitor_type: str, text: str) -> tuple[AnyMonitorQuery | None, tuple[Problem, ...]]:
    """Return `read_monitor_query`, which several rules ask of one monitor; trees are frozen."""
    return read_monitor_query(monitor_type, text)


@lru_cache(_KEPT)
def read_metric_query(text: str) -> tuple[tree.Expression | None, tuple[Problem, ...]]:
    """Return `parse_metric_query`: one query stands on many dashboards."""
    return parse_metric_query(text)


def monitor_query(document: Document) -> AnyMonitorQuery | None:
    """Return the tree of a monitor's query; None for one that is wrong, and for a document of another kind."""
    if document.kind is not Kind.MONITOR:
        return None
    return read_query(str(document.body.get("type")), str(document.body.get("query") or ""))[0]


def options(document: Document) -> Mapping[str, Any]:
    """Return a monitor's options."""
    return document.body.get("options") or {}


def groups(query: AnyMonitorQuery | None) -> frozenset[str] | None:
    """Return the tags by which a monitor tells its groups apart; None where the query does not say."""
    expression = getattr(query, "expression", None)
    if expression is not None and isinstance(query, tree.MetricAlert):
        return frozenset(tag for each in tree.queries(expression) for tag in each.by)
    calls: Sequence[tree.Call] = getattr(query, "calls", ())
    by = [call for call in calls if call.name == "by"]
    if not by:
        return frozenset() if calls and expression is None else None
    return frozenset(text.strip("\"' ") for call in by for argument in call.arguments for text in argument.split(","))


def widgets(document: Document) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every widget of a dashboard or powerpack with its path, those in groups after the group."""
    if document.kind is Kind.POWERPACK and isinstance(group := document.body.get("group_widget"), dict):
        yield from _with_inner(group, ("group_widget",))
    if document.kind is Kind.DASHBOARD:
        for index, each in enumerate(document.body.get("widgets") or []):
            yield from _with_inner(each, ("widgets", index))


def _with_inner(widget: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    # What a widget of a type that no specification names has under `widgets` may be anything.
    definition = widget.get("definition") or {} if isinstance(widget, dict) else None
    if not isinstance(definition, dict):
        return
    yield path, widget
    inner = definition.get("widgets")
    for index, each in enumerate(inner if isinstance(inner, list) else []):
        yield from _with_inner(each, (*path, "definition", "widgets", index))


def texts(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every text of a body with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from texts(each, (*path, index))
