"""SLOs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import tags, without, without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = ("id", "type_id", "monitor_tags", "creator", "created_at", "modified_at", "configured_alert_ids", "status")
"""What the server adds, by its recorded answers to creates."""

_PRIMARY = ("timeframe", "target_threshold", "warning_threshold")


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds and derives.

    - `target_display` is its own rendering ("99.0" comes back as "99.").
    - `timeframe`, `target_threshold`, `warning_threshold` are derived from the first threshold where not given.
    """
    kept = without(body, (*ADDED, *_PRIMARY))
    kept = without_empty(kept, ("description", "monitor_ids", "groups"))
    kept["tags"] = tags(body.get("tags"))
    kept |= _specification(kept.get("sli_specification") or {})
    thresholds = body.get("thresholds")
    if isinstance(thresholds, list):
        kept["thresholds"] = sorted((_threshold(each) for each in thresholds), key=lambda each: str(each["timeframe"]))
    return kept


def reconcile(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Leave to the server what it makes of the other form: `query` beside `sli_specification`, and the other way."""
    if after.get("sli_specification"):
        before.pop("query", None)
        after.pop("query", None)
    elif "query" in after:
        before.pop("sli_specification", None)


def _specification(value: Mapping[str, Any]) -> dict[str, Any]:
    """Slices of 300 s are what a time-slice SLO has where it does not say."""
    slices = value.get("time_slice")
    if not isinstance(slices, dict):
        return {}
    return {"sli_specification": {**value, "time_slice": {"query_interval_seconds": 300, **slices}}}


def _threshold(value: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: float(value[key]) for key in ("target", "warning") if value.get(key) is not None}
    return {"timeframe": value.get("timeframe"), **kept}
