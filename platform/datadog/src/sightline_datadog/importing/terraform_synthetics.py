"""`datadog_synthetics_test` back into the vendor's body: API tests of one HTTP request; others are not taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_REQUEST = (
    "method",
    "url",
    "body",
    "timeout",
    "host",
    "port",
    "dns_server",
    "no_saving_response_body",
    "persist_cookies",
)
_OPTIONS = (
    "tick_every", "follow_redirects", "min_failure_duration", "min_location_failed", "accept_self_signed",
    "allow_insecure", "monitor_name", "monitor_priority", "http_version",
)  # fmt: skip
_UNSET: tuple[Any, ...] = (None, "", 0, [], {})


def test_body(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the body; None for a test that is no API test of HTTP."""
    if given.get("type") != "api" or given.get("subtype") not in {"http", None, ""}:
        return None
    request = _kept(_block(given.get("request_definition")), _REQUEST)
    if given.get("request_headers"):
        request["headers"] = dict(given["request_headers"])
    assertions = [_assertion(each) for each in given.get("assertion") or ()]
    options = _block(given.get("options_list"))
    made = _kept(options, _OPTIONS)
    if retry := _kept(_block(options.get("retry")), ("count", "interval")):
        made["retry"] = retry
    if monitor := _kept(_block(options.get("monitor_options")), ("renotify_interval", "renotify_occurrences")):
        made["monitor_options"] = monitor
    return {
        "type": "api",
        "subtype": "http",
        "name": given.get("name"),
        "message": given.get("message") or "",
        "status": given.get("status"),
        "tags": sorted(given.get("tags") or ()),
        "locations": sorted(given.get("locations") or ()),
        "config": {"request": request, "assertions": assertions},
        "options": made,
    }


def _assertion(given: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = _kept(given, ("type", "operator", "property", "timings_scope"))
    text = given.get("target")
    if text not in _UNSET:
        # The state holds every target as a text; the vendor counts with numbers.
        made["target"] = int(str(text)) if str(text).isdigit() else text
    path = _block(given.get("targetjsonpath"))
    if path:
        made["target"] = {
            "jsonPath": path.get("jsonpath"),
            "operator": path.get("operator"),
            "targetValue": path.get("targetvalue"),
        }
    return made


def _block(value: Any) -> dict[str, Any]:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def _kept(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if given.get(name) not in _UNSET}
