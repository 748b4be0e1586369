"""JSON as log lines need it: compact, and never an exception for a value that JSON has no word for."""

import json
import math
from typing import Any

_encoder = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=str, allow_nan=False)


def dumps(value: Any) -> str:
    """`value` as one line of JSON; what JSON cannot say is written as its `str`."""
    try:
        return _encoder.encode(value)
    except (ValueError, TypeError, RecursionError):  # NaN, a key that is no string, a cycle
        return _encoder.encode(_plain(value, 8))


def _plain(value: Any, depth: int) -> Any:
    if depth == 0:
        return "..."
    if isinstance(value, dict):
        return {str(key): _plain(item, depth - 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth - 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
