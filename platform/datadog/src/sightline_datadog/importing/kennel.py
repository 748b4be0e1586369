"""kennel's `generated/<project>/<id>.json`: bodies with `api_resource`, links as `%{project:id}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Kind
from sightline_datadog.importing.compose import slug
from sightline_datadog.importing.found import Found

if TYPE_CHECKING:
    from pathlib import PurePath

_KINDS = {
    "monitor": Kind.MONITOR,
    "dashboard": Kind.DASHBOARD,
    "slo": Kind.SLO,
    "synthetics/tests": Kind.SYNTHETICS,
}


def is_kennel(content: Any) -> bool:
    """Whether a file's content is one of kennel's."""
    return isinstance(content, dict) and content.get("api_resource") in _KINDS


def kennel(content: dict[str, Any], path: PurePath) -> Found:
    """Return the object of a file; its tracking id is its path."""
    body = {name: value for name, value in content.items() if name not in {"api_resource", "klass", "tracking_id"}}
    project, name = path.parent.name, path.name.removesuffix(".json")
    return Found(_KINDS[content["api_resource"]], body, slug(f"{project}-{name}"), (f"{project}:{name}",))
