"""Servers on one node are lost together."""

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

CODE = "VLT129"
SEVERITY = Severity.ERROR
POINT = 9


def check(estate: Estate) -> Iterator[Finding]:
    """Want each server on a node of its own, by an anti-affinity or a spread that the scheduler must keep."""
    for server in estate.servers:
        if server.replicas > 1 and not _spread(server):
            help_text = "require a `podAntiAffinity` over kubernetes.io/hostname"
            text = f"two servers of {server.manifest} may run on one node"
            yield Finding(text, server.pod.at("spec", "affinity"), help_text, manifest=server.manifest)


def _spread(server: Server) -> bool:
    where = ("spec", "affinity", "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    kept = [
        each
        for each in items(server.pod.get("spec", "topologySpreadConstraints"))
        if dig(each, ("whenUnsatisfiable",)) == "DoNotSchedule"
    ]
    return any(
        dig(each, ("topologyKey",)) == "kubernetes.io/hostname"
        and matches(dig(each, ("labelSelector",)), server.pod.labels)
        for each in [*items(server.pod.get(*where)), *kept]
    )
