"""Synthetics tests: API tests of one step or several, browser and mobile tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sightline_datadog.normalise.plain import tags, texts, without, without_empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ADDED = (
    "id", "public_id", "monitor_id", "org_id", "created_at", "modified_at", "deleted_at", "created_by", "modified_by",
    "creator", "stepCount", "overall_state", "overall_state_modified", "mainDC", "version", "version_uuid",
    "creation_source",
)  # fmt: skip
"""What the server adds, by its recorded answers to creates."""

MONITOR_ADDED = (
    "notify_audit", "locked", "include_tags", "new_host_delay", "notify_no_data", "on_missing_data",
)  # fmt: skip
"""What it adds to the options of the test's monitor, which are not the author's to decide."""

SERVERS = ("status", "locations")
"""What it decides where the author does not: whether a new test runs, and from where."""

WRITE_ONLY = (
    "config.request.certificate.cert.content",
    "config.request.certificate.key.content",
    "config.request.files[].content",
    "config.request.files[].encoding",
    "config.steps[].request.certificate.cert.content",
    "config.steps[].request.certificate.key.content",
    "config.steps[].request.files[].content",
    "config.steps[].request.files[].encoding",
    "steps[].params.files[].content",
    "steps[].params.files[].encoding",
    "steps[].hasNewStepElement",
    "config.configVariables[].example",
    "config.configVariables[].pattern",
    "config.variables[].example",
    "config.variables[].pattern",
)
"""What it takes and never gives back (certificates, files, secure variables): it counts as unchanged."""

ONLY_THERE = (
    "config.request.files[].bucketKey",
    "config.steps[].request.files[].bucketKey",
    "steps[].params.files[].bucketKey",
)
"""Where it put a file that was sent to it."""


def normalise(body: Mapping[str, Any]) -> dict[str, Any]:
    """Drop what the server adds, the ids of steps among it; places are a set, as tags are."""
    kept = without_empty(without(body, ADDED), ("message", "steps"))
    kept["tags"] = tags(body.get("tags"))
    kept["locations"] = texts(body.get("locations"))
    if isinstance(config := kept.get("config"), dict):
        kept["config"] = without_empty(config, ("steps", "configVariables"))
        if isinstance(steps := config.get("steps"), list) and steps:
            kept["config"]["steps"] = [without(each, ("id",)) if isinstance(each, dict) else each for each in steps]
    if isinstance(steps := kept.get("steps"), list):
        kept["steps"] = [without(each, ("public_id",)) if isinstance(each, dict) else each for each in steps]
    options: Any = kept.get("options")
    if isinstance(options, dict) and isinstance(inner := options.get("monitor_options"), dict):
        own = {"monitor_options": without(inner, MONITOR_ADDED)}
        kept["options"] = without_empty(dict(options) | own, own)
    return kept


def reconcile(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Leave to the server what only it decides, and take as unchanged what only it knows."""
    for key in SERVERS:
        if not after.get(key):
            before.pop(key, None)
            after.pop(key, None)
    _global_variables(before, after)
    for path in WRITE_ONLY:
        _forget(before, after, path.split("."))
    for path in ONLY_THERE:
        _forget(after, before, path.split("."))


def _global_variables(before: dict[str, Any], after: Mapping[str, Any]) -> None:
    """Drop the global variables that the server found in the author's text, and listed for it."""
    config: Any = before.get("config")
    there = config.get("configVariables") if isinstance(config, dict) else None
    wanted = after.get("config")
    if not isinstance(there, list) or not isinstance(wanted, dict) or wanted.get("configVariables"):
        return
    text = json.dumps(after)
    kept = [each for each in there if not (_global(each) and f"{{{{ {each.get('name')} }}}}" in text)]
    before["config"] = without_empty({**config, "configVariables": kept}, ("configVariables",))


def _global(variable: Any) -> bool:
    return isinstance(variable, dict) and variable.get("type") == "global"


def _forget(other: Any, value: Any, steps: list[str]) -> None:
    """Take a field out of `value` where `other` has none at that place."""
    head, rest = steps[0].removesuffix("[]"), steps[1:]
    if not isinstance(value, dict) or head not in value:
        return
    there = other.get(head) if isinstance(other, dict) else None
    if not rest:
        if there is None:
            del value[head]
        return
    if steps[0].endswith("[]"):
        for old, new in _paired(there, value[head]):
            _forget(old, new, rest)
    else:
        _forget(there, value[head], rest)


def _paired(there: Any, wanted: Any) -> Iterator[tuple[Any, Any]]:
    old = there if isinstance(there, list) else []
    for index, each in enumerate(wanted if isinstance(wanted, list) else []):
        yield (old[index] if index < len(old) else None), each
