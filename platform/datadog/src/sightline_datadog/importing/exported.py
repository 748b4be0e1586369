"""Bodies in JSON files as people export them: one object, a list, or the vendor's answer around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.importing.found import Found
from sightline_datadog.sync.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_AROUND = ("data", "dashboards", "monitors", "tests", "slos", "definition")
_TYPES = {endpoint.type: kind for kind, endpoint in ENDPOINTS.items() if endpoint.type}
_SLOS = frozenset({"metric", "monitor", "time_slice"})


def exported(content: Any) -> Iterator[Found]:
    """Yield the objects in a file's content; what is none of them yields nothing."""
    if isinstance(content, list):
        for each in content:
            yield from exported(each)
        return
    if not isinstance(content, dict):
        return
    kind = kind_of(content)
    if kind is not None:
        yield Found(kind, _flat(kind, content))
        return
    for name in _AROUND:
        if isinstance(content.get(name), dict | list):
            yield from exported(content[name])


def kind_of(body: Mapping[str, Any]) -> Kind | None:
    """Tell a body's kind by the fields that only this kind has."""
    enveloped = _TYPES.get(str(body.get("type")))
    if enveloped is not None and isinstance(body.get("attributes"), dict):
        return enveloped
    if "layout_type" in body and isinstance(body.get("widgets"), list) and "title" in body:
        return Kind.DASHBOARD
    if isinstance(body.get("thresholds"), list) and body.get("type") in _SLOS:
        return Kind.SLO
    if "config" in body and ("locations" in body or "public_id" in body) and "type" in body:
        return Kind.SYNTHETICS
    if isinstance(body.get("query"), str) and "type" in body and ("name" in body or "options" in body):
        return Kind.MONITOR
    return None


def _flat(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    endpoint = ENDPOINTS[kind]
    inner = body.get("attributes") if endpoint.type else None
    flat = {**inner, "id": body.get("id", "")} if isinstance(inner, dict) else dict(body)
    if endpoint.identity in flat:
        flat["id"] = flat[endpoint.identity]
    return flat
