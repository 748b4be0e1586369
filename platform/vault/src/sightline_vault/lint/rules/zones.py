"""A quorum in one zone is lost with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.selecting import matches
from sightline_kube.shapes import dig, items
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate
    from sightline_vault.lint.servers import Server

CODE = "VLT130"
SEVERITY = Severity.ERROR
POINT = 9


def check(estate: Estate) -> Iterator[Finding]:
    """Want the servers spread over zones."""
    for server in estate.servers:
        if server.replicas > 1 and not _spread(server):
            help_text = "add `topologySpreadConstraints` over topology.kubernetes.io/zone"
            text = f"the servers of {server.manifest} may all run in one zone"
            yield Finding(text, server.pod.at("spec", "topologySpreadConstraints"), help_text, manifest=server.manifest)


def _spread(server: Server) -> bool:
    return any(
        dig(each, ("topologyKey",)) == "topology.kubernetes.io/zone"
        and matches(dig(each, ("labelSelector",)), server.pod.labels)
        for each in items(server.pod.get("spec", "topologySpreadConstraints"))
    )
