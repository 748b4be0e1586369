"""SLO corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import with_defaults, without, without_null

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = ("id", "created_at", "modified_at", "creator", "modifier")
"""What the server adds, by its recorded answers to creates."""

DEFAULTS = {"timezone": "UTC", "description": ""}
"""What a field left out is."""


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds; it answers null for each way of saying when that was not used, and takes none."""
    return with_defaults(without_null(without(body, ADDED)), DEFAULTS)
