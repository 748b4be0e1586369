"""Datadog's pipeline for the records that `audit-ship` made: when, how bad, which request, which trace.

The body of `POST /api/v1/logs/config/pipelines`: https://docs.datadoghq.com/api/latest/logs-pipelines/. It parses
nothing: what leaves the cluster is scrubbed before it leaves, and is JSON already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_vault.observability.audit.scrub import SOURCE

if TYPE_CHECKING:
    from sightline_vault.model.cluster import VaultClusterSpec

_STANDARD = (
    ("request.remote_address", "network.client.ip"),
    ("request.id", "http.request_id"),
    ("request.path", "http.url_details.path"),
    ("request.operation", "http.method"),
    ("auth.display_name", "usr.id"),
)
"""https://docs.datadoghq.com/standard-attributes/"""


def pipeline(spec: VaultClusterSpec) -> dict[str, Any]:
    """Return the body."""
    return {
        "name": f"Vault audit: {spec.name} ({spec.env})",
        "is_enabled": True,
        "filter": {"query": f"source:{SOURCE} service:{spec.name} env:{spec.env}"},
        "processors": [
            _remapper("date-remapper", "when the server answered", ["timestamp"]),
            _remapper("status-remapper", "refusals warn, failures are errors", ["level"]),
            _remapper("service-remapper", "the cluster", ["service"]),
            _remapper("message-remapper", "the sentence", ["message"]),
            _remapper("trace-id-remapper", "the caller's trace", ["trace_id"]),
            *(_attribute(source, target) for source, target in _STANDARD),
        ],
    }


def _remapper(kind: str, name: str, sources: list[str]) -> dict[str, Any]:
    return {"type": kind, "name": name, "is_enabled": True, "sources": sources}


def _attribute(source: str, target: str) -> dict[str, Any]:
    return {
        "type": "attribute-remapper",
        "name": f"{source} is {target}",
        "is_enabled": True,
        "sources": [source],
        "source_type": "attribute",
        "target": target,
        "target_type": "attribute",
        "preserve_source": True,
        "override_on_conflict": False,
    }
