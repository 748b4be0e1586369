"""Terraform's state (version 4) and `terraform show -json`: the provider's attributes back into the vendor's bodies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.importing.compose import slug
from sightline_datadog.importing.found import Found
from sightline_datadog.importing.terraform_synthetics import test_body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Attributes = Mapping[str, Any]

_OPTIONS = (
    "notify_no_data", "no_data_timeframe", "new_group_delay", "new_host_delay", "evaluation_delay", "renotify_interval",
    "renotify_occurrences", "renotify_statuses", "notify_audit", "timeout_h", "escalation_message", "include_tags",
    "require_full_window", "locked", "on_missing_data", "group_retention_duration", "groupby_simple_monitor",
    "notify_by", "notification_preset_name", "enable_logs_sample",
)  # fmt: skip
"""Attributes of `datadog_monitor` that are options of the vendor's under the same name."""
_THRESHOLDS = ("critical", "critical_recovery", "warning", "warning_recovery", "ok", "unknown")
_UNSET: tuple[Any, ...] = (None, "", 0, [], {})


def is_state(content: Any) -> bool:
    """Whether a file's content is a state of Terraform's."""
    return (
        isinstance(content, dict) and "terraform_version" in content and ("resources" in content or "values" in content)
    )


def terraform(content: Mapping[str, Any]) -> tuple[list[Found], list[str]]:
    """Return the objects of a state, and what could not be taken along."""
    found, left = [], []
    for kind, name, attributes in _resources(content):
        make = _MAKERS.get(kind)
        made = make(attributes) if make else None
        if made is None:
            left.append(f"{kind}.{name} is not taken along")
            continue
        body = {**made[1], "id": str(attributes.get("id") or "")}
        found.append(Found(made[0], body, slug(name)))
    return found, left


def _resources(content: Mapping[str, Any]) -> Iterator[tuple[str, str, Attributes]]:
    """Yield (type, name, attributes) of every managed resource of the vendor's."""
    for each in content.get("resources") or ():
        if each.get("mode") == "managed" and str(each.get("type")).startswith("datadog_"):
            for instance in each["instances"]:
                index = instance.get("index_key")
                yield each["type"], each["name"] + ("" if index is None else f"-{index}"), instance["attributes"]
    yield from _module((content.get("values") or {}).get("root_module") or {})


def _module(module: Mapping[str, Any]) -> Iterator[tuple[str, str, Attributes]]:
    for each in module.get("resources") or ():
        if each.get("mode") == "managed" and str(each.get("type")).startswith("datadog_"):
            index = each.get("index")
            yield each["type"], each["name"] + ("" if index is None else f"-{index}"), each["values"]
    for child in module.get("child_modules") or ():
        yield from _module(child)


def _monitor(given: Attributes) -> tuple[Kind, dict[str, Any]]:
    options: dict[str, Any] = {
        name: given[name] for name in _OPTIONS if given.get(name) not in _UNSET or given.get(name) is False
    }
    thresholds = _block(given.get("monitor_thresholds"))
    options["thresholds"] = {
        name: float(thresholds[name]) for name in _THRESHOLDS if thresholds.get(name) not in (None, "")
    }
    for name, source in (
        ("threshold_windows", "monitor_threshold_windows"),
        ("scheduling_options", "scheduling_options"),
    ):
        if block := _unblocked(_block(given.get(source))):
            options[name] = block
    body = {name: given.get(name) for name in ("name", "type", "query", "message")}
    body |= {"tags": sorted(given.get("tags") or ()), "options": options}
    if given.get("priority") not in _UNSET:
        body["priority"] = int(given["priority"])
    if given.get("restricted_roles"):
        body["restricted_roles"] = list(given["restricted_roles"])
    return Kind.MONITOR, body


def _slo(given: Attributes) -> tuple[Kind, dict[str, Any]] | None:
    thresholds = [
        {"timeframe": each["timeframe"], "target": float(each["target"])}
        | ({"warning": float(each["warning"])} if each.get("warning") else {})
        for each in given.get("thresholds") or ()
    ]
    body: dict[str, Any] = {name: given.get(name) for name in ("name", "type", "description")}
    body |= {"tags": sorted(given.get("tags") or ()), "thresholds": thresholds}
    if query := _block(given.get("query")):
        body["query"] = {name: query[name] for name in ("numerator", "denominator")}
    for name in ("monitor_ids", "groups"):
        if given.get(name):
            body[name] = list(given[name])
    if specification := _block(given.get("sli_specification")):
        slices = _block(specification.get("time_slice"))
        if not slices:
            return None
        body["sli_specification"] = {"time_slice": _time_slice(slices)}
    return Kind.SLO, body


def _time_slice(given: Attributes) -> dict[str, Any]:
    query = _block(given.get("query"))
    formulas = [{"formula": each["formula_expression"]} for each in query.get("formula") or ()]
    queries = [
        {name: metric[name] for name in ("data_source", "name", "query") if metric.get(name)}
        for each in query.get("query") or ()
        for metric in each.get("metric_query") or ()
    ]
    kept = {name: given[name] for name in ("comparator", "threshold", "query_interval_seconds") if given.get(name)}
    return {"query": {"formulas": formulas, "queries": queries}, **kept}


def _json(kind: Kind, attribute: str) -> Callable[[Attributes], tuple[Kind, dict[str, Any]] | None]:
    def make(given: Attributes) -> tuple[Kind, dict[str, Any]] | None:
        try:
            body = json.loads(given[attribute])
        except (KeyError, TypeError, ValueError):
            return None
        return (kind, body) if isinstance(body, dict) else None

    return make


def _synthetics(given: Attributes) -> tuple[Kind, dict[str, Any]] | None:
    body = test_body(given)
    return (Kind.SYNTHETICS, body) if body else None


_MAKERS: dict[str, Callable[[Attributes], tuple[Kind, dict[str, Any]] | None]] = {
    "datadog_monitor": _monitor,
    "datadog_monitor_json": _json(Kind.MONITOR, "monitor"),
    "datadog_service_level_objective": _slo,
    "datadog_dashboard_json": _json(Kind.DASHBOARD, "dashboard"),
    "datadog_synthetics_test": _synthetics,
}


def _block(value: Any) -> dict[str, Any]:
    """Return a block that stands once: the state holds a list of one, or of none."""
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def _unblocked(block: Attributes) -> dict[str, Any]:
    """Turn blocks within a block into mappings, and leave out what is not set."""
    made = {name: _unblocked(_block(each)) if _block(each) else each for name, each in block.items()}
    return {name: each for name, each in made.items() if each not in _UNSET}
