"""Monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import numbers, tags, without, without_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDED = (
    "id", "org_id", "creator", "created", "created_at", "modified", "deleted", "multi", "overall_state",
    "overall_state_modified", "restriction_policy", "draft_status", "assets", "matching_downtimes", "state",
    "run_as", "restricted", "classification",
)  # fmt: skip
"""What the server adds, by its recorded answers to creates, and what it takes from exports and drops."""

OPTION_DEFAULTS: dict[str, Any] = {
    "silenced": {},
    "thresholds": {},  # a composite has none, and the server says so
    "new_host_delay": 300,
    "notify_no_data": False,
    "notify_audit": False,
    "include_tags": True,
    "groupby_simple_monitor": False,
    "avalanche_window": 20,
    "locked": False,
    "on_missing_data": "default",
}
"""What an option is where it is not given; saying it is the same as leaving it out."""


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds; options that stand at their default count as absent.

    `query alert` and `metric alert` are one type: the server rewrites one into the other.
    """
    kept = without_empty(without(body, ADDED), ("priority", "restricted_roles", "message"))
    if kept.get("type") == "query alert":
        kept["type"] = "metric alert"
    if kept.get("priority") == 0:  # Terraform's way to give none
        del kept["priority"]
    for field in ("query", "message", "name"):
        if isinstance(kept.get(field), str):
            kept[field] = kept[field].strip()
    kept["tags"] = tags(body.get("tags"))
    kept["options"] = _options(body.get("options") or {})
    return kept


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in options.items()
        if value is not None and not (key in OPTION_DEFAULTS and value == OPTION_DEFAULTS[key])
    }
    if isinstance(kept.get("escalation_message"), str):
        kept["escalation_message"] = kept["escalation_message"].strip()
    if isinstance(kept.get("thresholds"), dict):
        kept["thresholds"] = numbers(kept["thresholds"])
    return kept


def reconcile(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Leave to people what they muted by hand: the author who says nothing of it does not unmute it."""
    if "silenced" not in after["options"]:
        before["options"].pop("silenced", None)
