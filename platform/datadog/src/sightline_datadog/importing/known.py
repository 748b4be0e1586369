"""What a server holds and no specification lets anybody write: a document with it would be refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.schema.load import schema
from sightline_datadog.schema.roots import root
from sightline_datadog.sync.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.documents import Kind

_AS_THEY_ARE = frozenset({"widgets", "group_widget"})
"""The product knows more of widgets than its specification does; they are taken along whole."""


def known_only(kind: Kind, body: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a body's writable fields, and the paths of the others."""
    name = root(kind, body)
    if name is None:
        return dict(body), []
    within = set(re.findall(r"{(\w+)}", ENDPOINTS[kind].path))
    dropped: list[str] = []
    kept = _kept(name, {key: value for key, value in body.items() if key not in within}, "", dropped)
    return {**kept, **{key: body[key] for key in within if key in body}}, dropped


def _kept(given: Any, value: Any, path: str, dropped: list[str]) -> Any:
    shape = schema().walker.shape(given, value) if given is not None else None
    if shape is None:
        return value
    if isinstance(value, list):
        return [_kept(shape.get("of"), each, f"{path}[]", dropped) for each in value]
    if not isinstance(value, dict):
        return value
    fields, rest, kept = shape.get("has", {}), shape.get("rest"), {}
    for key, each in value.items():
        where = f"{path}.{key}" if path else key
        if key not in fields and rest is None:
            dropped.append(where)
        else:
            kept[key] = each if key in _AS_THEY_ARE else _kept(fields.get(key), each, where, dropped)
    return kept
