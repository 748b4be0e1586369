"""Without a readiness probe a pod is sent traffic before it can answer, and after it no longer can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.selecting import equals
from sightline_kube.shapes import items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE012"
SEVERITY = Severity.WARNING


def check(bundle: Bundle) -> Iterator[Finding]:
    """Want one of a container with ports, in pods that a Service sends traffic to."""
    services = list(bundle.of("Service"))
    for pod in templates(bundle):
        behind = [
            each
            for each in services
            if each.effective_namespace == pod.namespace and equals(each.get("spec", "selector"), pod.labels)
        ]
        serving = [each for each in pod.containers(running=True) if items(each.get("ports"))]
        if behind and serving and not any(each.get("readinessProbe") for each in serving):
            first = serving[0]
            yield Finding(
                pod.owner,
                f"no container of {pod.owner} has a readinessProbe",
                first.at("readinessProbe"),
                f"{behind[0]} sends traffic here",
                "add a `readinessProbe` that answers when it can serve",
            )
