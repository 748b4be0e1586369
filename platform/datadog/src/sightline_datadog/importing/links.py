"""Ids of other objects in a body become `${kind:key}`, where those objects are imported with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_datadog.references import Address

_MONITORS = frozenset({"monitor_ids", "monitor_id", "alert_id"})
"""Fields that hold numbers of monitors: a number elsewhere is a number."""
_QUOTED = re.compile(r'"([0-9a-zA-Z-]+)"')
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_KENNEL = re.compile(r"%\{([^}]+)\}")


def linked(kind: Kind, body: Mapping[str, Any], known: Mapping[str, Address]) -> dict[str, Any]:
    """Return a body with references in the place of ids.

    `known` holds addresses by id and by what the source calls them. An id is replaced where it is a whole text, where
    it stands in quotes in a query (`burn_rate("…")`), and, in a composite's query and the fields that hold monitors, as
    a number. So a number that happens to be some monitor's stays what it is.
    """
    composite = kind is Kind.MONITOR and body.get("type") == "composite"
    return {key: _linked(value, known, key, composite=composite and key == "query") for key, value in body.items()}


def _linked(value: Any, known: Mapping[str, Address], key: str, *, composite: bool = False) -> Any:
    if isinstance(value, dict):
        return {inner: _linked(each, known, inner) for inner, each in value.items()}
    if isinstance(value, list):
        return [_linked(each, known, key) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        address = known.get(str(value)) if key in _MONITORS else None
        return _reference(address) if address and address[0] is Kind.MONITOR else value
    if not isinstance(value, str):
        return value
    whole = known.get(value)
    if whole is not None and (not value.isdigit() or (key in _MONITORS and whole[0] is Kind.MONITOR)):
        return _reference(whole)
    text = _KENNEL.sub(lambda found: _reference(known[found[1]]) if found[1] in known else found[0], value)
    if key == "query":
        text = _QUOTED.sub(lambda found: f'"{_reference(known[found[1]])}"' if found[1] in known else found[0], text)
    if composite:
        text = _NUMBER.sub(lambda found: _reference(known[found[0]]) if found[0] in known else found[0], text)
    return text


def _reference(address: Address) -> str:
    return f"${{{address[0]}:{address[1]}}}"
