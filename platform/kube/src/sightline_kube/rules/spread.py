"""Replicas on one node or in one zone fail together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.shapes import items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE018"
SEVERITY = Severity.WARNING


def check(bundle: Bundle) -> Iterator[Finding]:
    """Want a spread or an anti-affinity of every workload with more than one replica."""
    for pod in templates(bundle):
        count = pod.owner.get("spec", "replicas")
        if pod.owner.kind not in {"Deployment", "StatefulSet"} or not isinstance(count, int) or count < 2:
            continue
        if not items(pod.get("spec", "topologySpreadConstraints")) and not pod.get(
            "spec", "affinity", "podAntiAffinity"
        ):
            yield Finding(
                pod.owner,
                f"the {count} pods of {pod.owner} may all run on one node",
                pod.owner.at("spec", "replicas"),
                "",
                "add `topologySpreadConstraints` over topology.kubernetes.io/zone and kubernetes.io/hostname",
            )
