"""A pod that no NetworkPolicy selects is open to every pod of every namespace, and to the world from inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.flows.policies import directions
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.selecting import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE023"
SEVERITY = Severity.WARNING


def check(bundle: Bundle) -> Iterator[Finding]:
    """Want both directions of every workload under some policy."""
    policies = list(bundle.of("NetworkPolicy"))
    for pod in templates(bundle):
        held = {
            direction
            for policy in policies
            if policy.effective_namespace == pod.namespace and matches(policy.get("spec", "podSelector"), pod.labels)
            for direction in directions(policy)
        }
        missing = [each for each in ("Ingress", "Egress") if each not in held]
        if missing:
            yield Finding(
                pod.owner,
                f"no NetworkPolicy holds the {' and '.join(missing).lower()} of {pod.owner}",
                pod.owner.head,
                "open to everything",
                "add a policy that denies by default, then one for each flow that is wanted",
            )
