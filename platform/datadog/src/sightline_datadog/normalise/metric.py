"""Metric configurations: percentiles and the tags that stay queryable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is decided; two teams may share a metric, so that tags are a set."""
    kept = {key: body[key] for key in ("metric_type", "include_percentiles") if body.get(key) is not None}
    return kept | {"tags": sorted(map(str, body.get("tags") or []))}
