"""A synthetics test's body: what the vendor takes, what it keeps to itself, and the monitor that it makes of a test."""

from __future__ import annotations

import secrets
import string
import uuid
from typing import TYPE_CHECKING, Any

from sightline_local.api import fields, people
from sightline_local.api.answers import Refusal
from sightline_local.api.envelope import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MONITOR_OPTIONS = {"notify_audit": False, "new_host_delay": 300, "include_tags": True}


def short_id() -> str:
    """Return an id such as `abc-d3f-gh1`."""
    letters = string.ascii_lowercase + string.digits
    return "-".join("".join(secrets.choice(letters) for _ in range(3)) for _ in range(3))


def checked(body: Mapping[str, Any], kind: str, *, new: bool = True) -> dict[str, Any]:
    """Return a test's body with the vendor's defaults and without what can only be written.

    The options of its monitor get theirs when it is `new` only, as recorded.

    Raises:
        Refusal: it is not one that the vendor takes; it names everything that is missing, a line each.
    """
    config, options = fields.mapping(body, "config"), fields.mapping(body, "options")
    subtype = fields.text(body, "subtype", required=False)
    problems = [*_missing(config, options, kind, subtype)]
    if problems:
        raise Refusal(400, "\n".join(problems))
    if fields.text(body, "type", required=False) not in (kind, None):
        raise Refusal(400, f"The value provided for parameter 'type' is invalid: expected {kind}")
    if new and isinstance(options.get("monitor_options"), dict):
        on_missing = {} if "notify_no_data" in options["monitor_options"] else {"on_missing_data": "show_no_data"}
        options["monitor_options"] = {**_MONITOR_OPTIONS, **on_missing, **options["monitor_options"]}
    if kind in ("api", "browser"):
        options.setdefault("bits_ai_auto_investigate", False)
    made: dict[str, Any] = {
        "name": fields.text(body, "name", longest=fields.MAX_NAME),
        "status": fields.text(body, "status", required=False) or ("paused" if kind == "browser" else "live"),
        "type": kind,
        **({"subtype": subtype} if subtype else {}),
        "tags": list(body["tags"]) if fields.tags(body) else [],
        "config": _config(config, kind),
        "message": fields.text(body, "message") if body.get("message") else "",
        "options": options,
        "locations": fields.items(body, "locations", str) if body.get("locations") else ["aws:us-west-2"],
    }
    return made | (_steps(body) if kind in ("browser", "mobile") else {})


def _missing(config: Mapping[str, Any], options: Mapping[str, Any], kind: str, subtype: str | None) -> Iterator[str]:
    if kind == "api" and subtype != "multi":
        if config.get("assertions") is None:
            yield "Required parameter 'assertions' is missing"
        elif config["assertions"] == []:
            yield "Minimum number of elements in parameter 'assertions' should be 1"
    if options.get("tick_every") is None:
        yield "Required parameter 'tick_every' is missing"


def _steps(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the steps with their ids, none where there are none, and how many there are of each sort."""
    steps = fields.items(body, "steps", dict) if body.get("steps") else []
    subtests = sum(each.get("type") == "playSubTest" for each in steps)
    asserted = sum(str(each.get("type", "")).startswith("assert") for each in steps)
    count = {"assertions": asserted, "subtests": subtests, "total": len(steps), "nested_steps": 0}
    numbered = [_without({"public_id": short_id(), **each, **_files(each)}, "hasNewStepElement") for each in steps]
    return {**({"steps": numbered} if steps else {}), "stepCount": count}


def _files(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a browser's step that uploads files, which forget their content as requests do."""
    params = step.get("params")
    return {"params": _request(params)} if isinstance(params, dict) and isinstance(params.get("files"), list) else {}


def _config(config: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Number the steps, and forget what the vendor does not give back: keys, files and secure values."""
    made = {**({"configVariables": []} if kind == "api" else {}), **config}
    if isinstance(made.get("request"), dict):
        made["request"] = _request(made["request"])
    if isinstance(made.get("steps"), list):
        made["steps"] = [_step(each) if isinstance(each, dict) else each for each in made["steps"]]
    for key in ("configVariables", "variables"):
        if isinstance(made.get(key), list):
            made[key] = [_variable(each) for each in made[key]]
    return made


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    made = {"id": short_id(), **step}
    return {**made, "request": _request(made["request"])} if isinstance(made.get("request"), dict) else made


def _request(request: Mapping[str, Any]) -> dict[str, Any]:
    made = {**request}
    if isinstance(made.get("certificate"), dict):
        made["certificate"] = {key: _without(each, "content") for key, each in made["certificate"].items()}
    if isinstance(made.get("files"), list):
        made["files"] = [_without(each, "content", "encoding") for each in made["files"]]
    return made


def _variable(variable: Any) -> Any:
    secure = isinstance(variable, dict) and variable.get("secure") is True
    return _without(variable, "example", "pattern") if secure else variable


def _without(value: Any, *keys: str) -> Any:
    return {key: each for key, each in value.items() if key not in keys} if isinstance(value, dict) else value


def uploaded(body: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return a checked body whose files say where they lie: those that came without a place were sent just now."""
    config = {**body["config"]}
    config["request"] = _placed(config.get("request"), place)
    if isinstance(config.get("steps"), list):
        config["steps"] = [
            {**each, "request": _placed(each["request"], place)}
            if isinstance(each, dict) and "request" in each
            else each
            for each in config["steps"]
        ]
    steps = {}
    if isinstance(body.get("steps"), list):
        steps["steps"] = [{**each, **_uploads(each, place)} for each in body["steps"]]
    return {**body, **steps, "config": {key: value for key, value in config.items() if value is not None}}


def _uploads(step: Mapping[str, Any], place: str) -> dict[str, Any]:
    return {"params": _placed(step["params"], place)} if isinstance(step.get("params"), dict) else {}


def _placed(request: Any, place: str) -> Any:
    if not isinstance(request, dict) or not isinstance(request.get("files"), list):
        return request
    files = [
        {"bucketKey": f"{place}_{uuid.uuid4()}.json", **each} for each in request["files"] if isinstance(each, dict)
    ]
    return {**request, "files": files}


def monitor_of(test: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return the monitor that alerts for a test."""
    options = test["options"]
    rule = options["ci"].get("executionRule") if isinstance(options.get("ci"), dict) else None
    tags = [
        *test["tags"],
        *(f"probe_dc:{each}" for each in test["locations"]),
        f"check_type:{test['type']}" + (f"-{test['subtype']}" if test.get("subtype", "http") != "http" else ""),
        f"check_status:{test['status']}",
        f"ci_execution_rule:{rule or 'blocking'}",
    ]
    given = options.get("monitor_options") if isinstance(options.get("monitor_options"), dict) else {}
    chosen = {"on_missing_data": "show_no_data", **_MONITOR_OPTIONS, **(given or {})}
    return {
        "id": test["monitor_id"],
        "org_id": 1,
        "type": "synthetics alert",
        "name": options.get("monitor_name") or f"[Synthetics] {test['name']}",
        "message": test["message"],
        "tags": tags,
        "query": "no_query",
        "options": {**chosen, "synthetics_check_id": test["public_id"], "silenced": {}},
        "multi": False,
        "created": iso(now),
        "created_at": now * 1000,
        "modified": iso(now),
        "deleted": None,
        "restricted_roles": None,
        "restriction_policy": None,
        "draft_status": "published",
        "assets": [],
        "priority": options.get("monitor_priority"),
        "creator": people.CREATOR,
    }
