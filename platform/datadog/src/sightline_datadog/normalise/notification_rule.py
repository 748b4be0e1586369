"""Monitor notification rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import without, without_null

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = ("id", "created_at", "modified_at")
"""What the server adds, by its recorded answers to creates."""


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds."""
    return without_null(without(body, ADDED))
