"""The metric queries of widgets must parse: a widget with a wrong one stays empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import read_metric_query, widgets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.located import Path
    from sightline_datadog.inspection import Among

CODE = "DDC018"


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look at both of the vendor's forms: `q`, and a query whose data source is `metrics`."""
    if document.kind not in {Kind.DASHBOARD, Kind.POWERPACK}:
        return
    for path, widget in widgets(document):
        definition = {key: value for key, value in (widget.get("definition") or {}).items() if key != "widgets"}
        for where, text in _queries(definition, (*path, "definition")):
            for problem in read_metric_query(text)[1]:
                message = f"this metric query is wrong at character {problem.start + 1}: {problem.message}"
                yield Fault(message, problem.help or problem.label, where, (problem.start, problem.end))


def _queries(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _queries(each, (*path, index))
    elif isinstance(value, dict):
        # The `q` of an overlay of events is a search; other sources have languages of their own.
        if isinstance(text := value.get("q"), str) and "events" not in path and text.strip():
            yield (*path, "q"), text
        if value.get("data_source") == "metrics" and isinstance(text := value.get("query"), str):
            yield (*path, "query"), text
        for key, each in value.items():
            yield from _queries(each, (*path, key))
