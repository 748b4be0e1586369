"""Changes to a part of an object: JSON Patch (RFC 6902), which the vendor takes for synthetics tests."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from sightline_local.api import fields
from sightline_local.api.answers import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OPERATIONS = ("add", "copy", "move", "remove", "replace", "test")
_MOST = 100


def patched(body: Mapping[str, Any], operations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a changed copy.

    Raises:
        Refusal: an operation is none, or its path leads nowhere.
    """
    if len(operations) > _MOST:
        raise Refusal(400, f"more than {_MOST} operations")
    made = copy.deepcopy(dict(body))
    for each in operations:
        _apply(made, each)
    return made


def _apply(body: dict[str, Any], operation: Mapping[str, Any]) -> None:
    kind, path = fields.one_of(operation, "op", _OPERATIONS), str(fields.text(operation, "path"))
    if kind in ("copy", "move"):
        source = str(fields.text(operation, "from"))
        if kind == "move" and path.startswith(source + "/"):
            raise Refusal(400, f"'{source[:100]}' cannot be moved into itself")
        value = copy.deepcopy(_value(body, source))
        if kind == "move":
            _remove(body, source)
        _add(body, path, value)
    elif kind == "remove":
        _remove(body, path)
    elif kind == "test":
        if _value(body, path) != operation.get("value"):
            raise Refusal(400, f"The test of '{path[:100]}' failed")
    elif kind == "replace":
        _value(body, path)
        holder, key = _holder(body, path)
        holder[key] = operation.get("value")
    else:
        _add(body, path, operation.get("value"))


def _holder(body: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Return what holds the place that a path names, and the place's key or index in it."""
    *way, last = [each.replace("~1", "/").replace("~0", "~") for each in path.split("/")[1:]] or [""]
    holder: Any = body
    for each in way:
        holder = _step(holder, each, path)
    if isinstance(holder, list):
        return holder, len(holder) if last == "-" else _index(last, path)
    if not isinstance(holder, dict):
        raise _nowhere(path)
    return holder, last


def _step(holder: Any, key: str, path: str) -> Any:
    try:
        return holder[_index(key, path)] if isinstance(holder, list) else holder[key]
    except (KeyError, IndexError, TypeError):
        raise _nowhere(path) from None


def _value(body: dict[str, Any], path: str) -> Any:
    holder, key = _holder(body, path)
    return _step(holder, str(key), path)


def _add(body: dict[str, Any], path: str, value: Any) -> None:
    holder, key = _holder(body, path)
    if isinstance(holder, dict):
        holder[key] = value
    elif key > len(holder):
        raise _nowhere(path)
    else:
        holder.insert(key, value)


def _remove(body: dict[str, Any], path: str) -> None:
    _value(body, path)
    holder, key = _holder(body, path)
    del holder[key]


def _index(text: str, path: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise _nowhere(path)
    return int(text)


def _nowhere(path: str) -> Refusal:
    return Refusal(400, f"The path '{path[:100]}' leads nowhere")
