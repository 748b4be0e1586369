"""Kubernetes objects of plugins, written as go-yaml v2 writes any value."""

from __future__ import annotations

from typing import Any

from sightline_slo.sloth import gofmt, scalars
from sightline_slo.sloth.emit import OWN_LABELS, sorted_keys


def written(value: dict[str, Any]) -> str:
    """Write an object, with the labels that Sloth puts on all of its objects."""
    metadata = dict(value.get("metadata") or {})
    metadata["labels"] = {**(metadata.get("labels") or {}), **OWN_LABELS}
    return _mapping({**value, "metadata": metadata}, 0)


def _mapping(value: dict[str, Any], indent: int) -> str:
    return "".join(_entry(each, value[each], indent) for each in sorted_keys(tuple(value)))


def _entry(key: str, value: Any, indent: int) -> str:
    head = " " * indent + scalars.key(key)
    if isinstance(value, dict):
        return f"{head}\n{_mapping(value, indent + 2)}" if value else f"{head} {{}}\n"
    if isinstance(value, list):
        return f"{head}\n{''.join(_item(each, indent) for each in value)}" if value else f"{head} []\n"
    return f"{head}{_scalar(value, indent + 2, len(head))}\n"


def _item(value: Any, indent: int) -> str:
    margin = " " * indent
    if isinstance(value, dict) and value:
        return f"{margin}-{_mapping(value, indent + 2)[indent + 1 :]}"
    if isinstance(value, list) and value:
        return f"{margin}-{''.join(_item(each, indent + 2) for each in value)[indent + 1 :]}"
    if isinstance(value, dict | list):
        return f"{margin}- {'{}' if isinstance(value, dict) else '[]'}\n"
    return f"{margin}-{_scalar(value, indent + 2, indent + 1)}\n"


def _scalar(value: Any, indent: int, column: int) -> str:
    if isinstance(value, str):
        return scalars.value(value, indent, column)
    if value is None:
        return " null"
    if isinstance(value, bool):
        return " true" if value else " false"
    return " " + (gofmt.shortest(value) if isinstance(value, float) else str(value))
