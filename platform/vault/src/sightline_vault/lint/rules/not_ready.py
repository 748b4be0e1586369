"""A Service that leads to servers that are not ready sends clients to sealed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.selecting import equals
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Manifest
    from sightline_vault.lint.estate import Estate
    from sightline_vault.lint.servers import Server

CODE = "VLT138"
SEVERITY = Severity.ERROR
POINT = 15


def check(estate: Estate) -> Iterator[Finding]:
    """Want it of the headless Service alone, by which servers join before they are ready."""
    for service in estate.bundle.of("Service"):
        chosen = any(
            each.pod.namespace == service.effective_namespace
            and (equals(service.get("spec", "selector"), each.pod.labels) or _state(service, each))
            for each in estate.servers
        )
        headless = service.get("spec", "clusterIP") == "None"
        if chosen and service.get("spec", "publishNotReadyAddresses") is True and not headless:
            text = f"{service} leads to servers that are not ready"
            span = service.at("spec", "publishNotReadyAddresses")
            yield Finding(text, span, "take it out, here", manifest=service)


def _state(service: Manifest, server: Server) -> bool:
    """Whether it selects servers by their state, which they write on their pods when they run."""
    selector = {
        key: value
        for key, value in service.mapping("spec", "selector").items()
        if not key.startswith(("vault-", "openbao-"))
    }
    return equals(selector, server.pod.labels)
