"""Synthetics tests: API tests of one step or several, and browser tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import tags, without, without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = (
    "id", "public_id", "monitor_id", "org_id", "created_at", "modified_at", "deleted_at", "created_by", "modified_by",
    "creator", "stepCount", "overall_state", "overall_state_modified", "mainDC", "version", "version_uuid",
)  # fmt: skip
"""What the server adds, by its recorded answers to creates."""


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds; places are a set, as tags are."""
    kept = without_empty(without(body, ADDED), ("message", "steps"))
    kept["tags"] = tags(body.get("tags"))
    kept["locations"] = tags(body.get("locations"))
    return kept
