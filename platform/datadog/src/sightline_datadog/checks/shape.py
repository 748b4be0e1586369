"""A body has the shape that the other rules read: what breaks this one is told by it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_core.located import Path

CODE = "DDC009"
EACH = "*"
"""In a path: every entry of a list or mapping."""

_TYPES: dict[str, tuple[type, ...]] = {
    "a text": (str,),
    "a number": (int, float),
    "a list": (list,),
    "a mapping": (dict,),
}
_FIELDS: dict[Kind, dict[tuple[str, ...], str]] = {
    Kind.METRIC: {("tags",): "a list", ("tags", EACH): "a text"},
    Kind.SLO: {
        ("name",): "a text",
        ("description",): "a text",
        ("tags",): "a list",
        ("thresholds",): "a list",
        ("thresholds", EACH): "a mapping",
        ("thresholds", EACH, "target"): "a number",
        ("thresholds", EACH, "warning"): "a number",
        ("thresholds", EACH, "timeframe"): "a text",
        ("query",): "a mapping",
        ("query", EACH): "a text",
        ("sli_specification",): "a mapping",
        ("sli_specification", EACH): "a mapping",
        ("sli_specification", "count", "queries"): "a list",
        ("sli_specification", "count", "queries", EACH): "a mapping",
    },
    Kind.MONITOR: {
        ("name",): "a text",
        ("type",): "a text",
        ("query",): "a text",
        ("message",): "a text",
        ("tags",): "a list",
        ("options",): "a mapping",
        ("options", "thresholds"): "a mapping",
        ("options", "thresholds", EACH): "a number",
    },
    Kind.SLO_CORRECTION: {("description",): "a text", ("slo_id",): "a text"},
    Kind.SYNTHETICS: {
        ("name",): "a text",
        ("message",): "a text",
        ("type",): "a text",
        ("tags",): "a list",
        ("locations",): "a list",
        ("config",): "a mapping",
        ("config", "assertions"): "a list",
        ("options",): "a mapping",
    },
    Kind.DOWNTIME: {
        ("message",): "a text",
        ("schedule",): "a mapping",
        ("monitor_identifier",): "a mapping",
        ("notify_end_states",): "a list",
        ("notify_end_types",): "a list",
    },
    Kind.NOTIFICATION_RULE: {("name",): "a text", ("recipients",): "a list", ("filter",): "a mapping"},
    Kind.POWERPACK: {
        ("name",): "a text",
        ("description",): "a text",
        ("tags",): "a list",
        ("group_widget",): "a mapping",
        ("group_widget", "definition"): "a mapping",
        ("group_widget", "definition", "widgets"): "a list",
        ("group_widget", "definition", "widgets", EACH): "a mapping",
        ("group_widget", "definition", "widgets", EACH, "definition"): "a mapping",
    },
    Kind.GATE: {("service",): "a text", ("env",): "a text", ("identifier",): "a text"},
    Kind.GATE_RULE: {("name",): "a text", ("gate_id",): "a text", ("options",): "a mapping"},
    Kind.DASHBOARD: {
        ("title",): "a text",
        ("description",): "a text",
        ("tags",): "a list",
        ("widgets",): "a list",
        ("widgets", EACH): "a mapping",
        ("widgets", EACH, "definition"): "a mapping",
        ("widgets", EACH, "definition", "widgets"): "a list",
        ("widgets", EACH, "definition", "widgets", EACH): "a mapping",
        ("widgets", EACH, "definition", "widgets", EACH, "definition"): "a mapping",
    },
}  # fmt: skip


def check(document: Document, _documents: Sequence[Document]) -> Iterator[Fault]:
    """Look at every field that a rule, the normalisation or the mark relies on; null stands for a field left out."""
    for pattern, wanted in _FIELDS[document.kind].items():
        for path, value in _matching(document.body, pattern):
            left_out = value is None and isinstance(path[-1], str)
            if not left_out and (isinstance(value, bool) or not isinstance(value, _TYPES[wanted])):
                yield Fault(f"`{'.'.join(map(str, path))}` must be {wanted}", f"write {wanted}, or leave it out", path)


def _matching(value: Any, pattern: tuple[str, ...], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, value
        return
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items() if pattern[0] == EACH else [(pattern[0], value.get(pattern[0]))]
    elif isinstance(value, list) and pattern[0] == EACH:
        entries = enumerate(value)
    for key, inner in entries:
        yield from _matching(inner, pattern[1:], (*path, key))
