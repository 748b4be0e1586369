"""The JSON that every command prints under `--json`: one shape on success and on failure."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sightline_core.diagnostics import Diagnostic

VERSION = 1


def envelope(data: Any, diagnostics: Iterable[Diagnostic] = ()) -> dict[str, Any]:
    """Wrap a command's product and findings: `{"version": 1, "data": …, "diagnostics": […]}`."""
    return {
        "version": VERSION,
        "data": data,
        "diagnostics": [as_json(item) for item in diagnostics],
    }


def as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Turn a finding into plain values; empty parts are left out, `span` is a mapping or null."""
    plain = dataclasses.asdict(diagnostic)
    kept = {key: value for key, value in plain.items() if value not in ("", ())}
    return {**kept, "span": plain["span"], "severity": str(diagnostic.severity)}


def dumps(value: Any) -> str:
    """Serialise with stable order of keys as built, readable, ending in a newline.

    Raises:
        ValueError: a number is NaN or infinite, which JSON cannot hold.
    """
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
