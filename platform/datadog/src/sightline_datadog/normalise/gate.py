"""Deployment gates and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import with_defaults, without, without_null

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = ("id", "created_at", "created_by", "updated_at", "updated_by")
"""What the server adds, by its recorded answers to creates."""

DEFAULTS = {"dry_run": False}
IDENTIFIER = {"identifier": "default"}


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds to a gate."""
    return with_defaults(without_null(without(body, ADDED)), DEFAULTS | IDENTIFIER)


def normalise_rule(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds to a rule."""
    kept = with_defaults(without_null(without(body, ADDED)), DEFAULTS)
    return kept | {"options": without_null(kept.get("options") or {})}
