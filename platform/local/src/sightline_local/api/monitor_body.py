"""A monitor's body: what the vendor takes, and what it makes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.query import parse_monitor_query, tree
from sightline_local.api import fields
from sightline_local.api.answers import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES = frozenset(
    {
        "composite", "event alert", "log alert", "metric alert", "process alert", "query alert", "rum alert",
        "service check", "synthetics alert", "trace-analytics alert", "slo alert", "event-v2 alert", "audit alert",
        "ci-pipelines alert", "ci-tests alert", "error-tracking alert", "database-monitoring alert",
        "network-performance alert", "cost alert", "data-quality alert", "network-path alert", "data-jobs alert",
        "llm-observability alert",
    }
)  # fmt: skip
_SEARCHES = re.compile(
    r"(log|rum|trace-analytics|event-v2|audit|ci-pipelines|ci-tests|error-tracking|llm-observability"
    r"|database-monitoring|network-performance|network-path) alert"
)
"""The types that search events: only they are counted by group or as one."""
_COMPARES = re.compile(r"[<>]=?|==?\s*[-\d.]+\s*$")
_GROUPED = re.compile(r"\bby\s*\{|\.by\(")
_MONTHLY = re.compile(r"\s*\w+\(current_1mo\)")
"""A window that the vendor makes a `query alert` of, whatever it was sent as."""


def grouped(query: str) -> bool:
    """Whether it alerts for each group by itself."""
    return _GROUPED.search(query) is not None


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a monitor's body with the vendor's defaults.

    Raises:
        Refusal: it is not one that the vendor takes.
    """
    kind = fields.text(body, "type", required=False) if body.get("type") else None
    if kind is None:
        raise Refusal(400, "The parameter 'type' is required")
    query = fields.text(body, "query")
    if kind not in TYPES:
        raise Refusal(400, f"The value provided for parameter 'type' is invalid: {kind}")
    if kind not in ("composite", "service check") and not _COMPARES.search(str(query)):
        raise Refusal(400, "The value provided for parameter 'query' is invalid: invalid operator specified: ")
    _, problems = parse_monitor_query(str(kind), str(query))
    if problems:
        raise Refusal(400, f"The value provided for parameter 'query' is invalid: {problems[0].message}")
    options = _options(fields.mapping(body, "options"), str(kind))
    if not options.get("thresholds", True):
        del options["thresholds"]
    if "thresholds" in options:
        options["thresholds"] = _thresholds(options, str(kind), str(query))
    priority = body.get("priority")
    if priority == 0 and not isinstance(priority, bool):
        priority = None  # none at all, as the vendor reads it
    if priority is not None and (isinstance(priority, bool) or priority not in range(1, 6)):
        raise Refusal(400, "The value provided for parameter 'priority' is invalid: expected 1 to 5")
    return {
        "type": _type(str(kind), str(query)),
        "query": str(query).strip(),
        "name": fields.text(body, "name", required=False, longest=fields.MAX_NAME) or str(query)[: fields.MAX_NAME],
        "message": str(fields.free_text(body, "message") or "").strip(),
        "tags": list(dict.fromkeys(body.get("tags") or [])) if fields.tags(body) else [],
        "priority": priority,
        "restricted_roles": fields.items(body, "restricted_roles", str) if body.get("restricted_roles") else None,
        "draft_status": fields.text(body, "draft_status", required=False) or "published",
        "assets": _assets(body),
        "options": options,
    }


def _type(kind: str, query: str) -> str:
    if kind not in ("metric alert", "query alert"):
        return kind
    if query.lstrip().startswith("formula("):
        return "metric alert"
    return "query alert" if _MONTHLY.match(query) else kind


def _options(given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        "notify_audit": False,
        "new_host_delay": 300,
        "include_tags": True,
        "silenced": {},
    }
    if "on_missing_data" not in given:
        defaults["notify_no_data"] = False
    if _SEARCHES.fullmatch(kind):
        defaults["groupby_simple_monitor"] = False
    made = {**defaults, **given}
    if made.get("on_missing_data") == "default":
        del made["on_missing_data"]
    if isinstance(made.get("escalation_message"), str):
        made["escalation_message"] = made["escalation_message"].strip()
    return made


def _assets(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = body.get("assets")
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Refusal(400, "The value provided for parameter 'assets' is invalid: expected a list of objects")
    return [{**_ASSET, **each} for each in given]


_ASSET: dict[str, Any] = {"template_variables": {}, "options": {}, "resource_key": None, "resource_type": None}


def _thresholds(options: Mapping[str, Any], kind: str, text: str) -> dict[str, float]:
    given = fields.mapping(options, "thresholds")
    made = {key: fields.number(value, f"thresholds.{key}") for key, value in given.items() if value is not None}
    query, _ = parse_monitor_query(kind, text)
    threshold = getattr(query, "threshold", None)  # a composite has none
    if threshold is not None and made.setdefault("critical", threshold) != threshold:
        raise Refusal(
            400,
            "The value provided for parameter 'query' is invalid: Alert threshold"
            f" ({made['critical']}) does not match that used in query ({threshold})",
        )
    return made


def check_slo_alert(query: tree.BurnRate | tree.ErrorBudget, slo: Mapping[str, Any] | None) -> None:
    """Check a burn rate or an error budget against its SLO.

    Raises:
        Refusal: there is no such SLO, it has no such timeframe, or the numbers are impossible.
    """
    if slo is None:
        raise Refusal(400, f"The value provided for parameter 'query' is invalid: SLO {query.slo_id} not found")
    targets = {each["timeframe"]: each["target"] for each in slo["thresholds"]}
    if query.over not in targets:
        raise Refusal(
            400, f"The value provided for parameter 'query' is invalid: the SLO has no timeframe {query.over}"
        )
    if isinstance(query, tree.BurnRate):
        highest = round(100 / (100 - targets[query.over]), 6)
        if not 0 < query.threshold <= highest:
            raise Refusal(
                400,
                f"Alert threshold ({query.threshold:g}) must be in range 0 to {highest} for burn rate alerts"
                " (max threshold = 1/1-slo target)",
            )
        if not 3600 <= query.long_window_s <= 48 * 3600 or query.short_window_s >= query.long_window_s:
            raise Refusal(400, "The value provided for parameter 'query' is invalid: invalid burn rate window")
