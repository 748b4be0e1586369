"""`--backend terraform`: resources of the Datadog provider as Terraform's JSON, one file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_slo.backends.datadog import documents
from sightline_slo.model import Backend
from sightline_slo.outputs import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sightline_datadog.documents import Document
    from sightline_slo.model import Slo, Spec
    from sightline_slo.outputs import Loss

MEASURED_BY = Backend.DATADOG
_SLO, _MONITOR = "datadog_service_level_objective", "datadog_monitor"
_METRIC, _CORRECTION = "datadog_metric_tag_configuration", "datadog_slo_correction"
_REFERENCE = re.compile(r"\$\{(slo|monitor):([^}]+)\}")


def files(specs: Sequence[Spec]) -> Iterator[tuple[str, str]]:
    """Give the one file."""
    text = whole(specs)
    if text:
        yield "slo.tf.json", text


def unsaid(_slo: Slo) -> tuple[Loss, ...]:
    """Nothing beyond the verdict."""
    return ()


def whole(specs: Sequence[Spec]) -> str:
    """Return every resource; nothing where there is none."""
    slos = [slo for spec in specs for slo in spec.slos if Backend.DATADOG in slo.sli]
    found: dict[str, dict[str, Any]] = {}
    for document in documents(slos):
        kind, body = _resource(document)
        found.setdefault(kind, {})[_name(document.key)] = _referring(body)
    if not found:
        return ""
    provider = {"datadog": {"source": "DataDog/datadog"}}
    return to_json({"terraform": {"required_providers": provider}, "resource": found})


def _resource(document: Document) -> tuple[str, dict[str, Any]]:
    body = dict(document.body)
    match document.kind:
        case Kind.METRIC:
            return _METRIC, {**body, "metric_name": document.key}
        case Kind.SLO:
            return _SLO, _objective(body)
        case Kind.SLO_CORRECTION:
            return _CORRECTION, body
        case _:
            return _MONITOR, _monitor(body)


def _objective(body: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: body[key] for key in ("type", "name", "description", "tags", "thresholds", "timeframe")}
    made |= {"target_threshold": body["target_threshold"]}
    if "monitor_ids" in body:
        return {**made, "monitor_ids": body["monitor_ids"]}
    specification = body["sli_specification"]
    if "count" in specification:
        count = specification["count"]
        inner: dict[str, Any] = {
            key: count[key]["formula"] for key in ("good_events_formula", "total_events_formula")
        } | {"queries": [{"metric_query": _query(each)} for each in count["queries"]]}
        return {**made, "sli_specification": {"count": inner}}
    sliced = specification["time_slice"]
    query = {
        "formula": {"formula_expression": sliced["query"]["formulas"][0]["formula"]},
        "query": [{"metric_query": _query(each)} for each in sliced["query"]["queries"]],
    }
    return {**made, "sli_specification": {"time_slice": {**sliced, "query": query}}}


def _query(query: Mapping[str, str]) -> dict[str, str]:
    return {"data_source": query["data_source"], "name": query["name"], "query": query["query"]}


def _monitor(body: Mapping[str, Any]) -> dict[str, Any]:
    options = body["options"]
    made = {key: body[key] for key in ("type", "name", "query", "message", "tags", "priority") if key in body}
    made |= {key: options[key] for key in ("include_tags", "notify_audit")}
    if "thresholds" in options:
        made["monitor_thresholds"] = options["thresholds"]
    # The provider asks the API whether the query is right, and the SLO it names is not there before the apply.
    return {**made, "validate": False}


def _referring(value: Any) -> Any:
    """Put Terraform's references where ours stand, and escape what Terraform would read as its own."""
    if isinstance(value, str):
        parts, end = [], 0
        for found in _REFERENCE.finditer(value):
            parts += [_escape(value[end : found.start()]), _id(_SLO if found[1] == "slo" else _MONITOR, found[2])]
            end = found.end()
        return "".join([*parts, _escape(value[end:])])
    if isinstance(value, dict):
        return {key: _referring(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_referring(inner) for inner in value]
    return value


def _escape(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


def _id(kind: str, key: str) -> str:
    return f"${{{kind}.{_name(key)}.id}}"


def _name(key: str) -> str:
    made = re.sub(r"[^A-Za-z0-9_-]", "_", key)
    return made if made[0].isalpha() else f"_{made}"
