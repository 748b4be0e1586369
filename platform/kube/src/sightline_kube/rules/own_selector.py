"""A workload that does not select the pods it makes is refused by the API server, after the rest was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Related, Severity
from sightline_kube.pods import templates
from sightline_kube.rules import Finding
from sightline_kube.selecting import equals, matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE016"
SEVERITY = Severity.ERROR
KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"})


def check(bundle: Bundle) -> Iterator[Finding]:
    """Refuse it."""
    for pod in templates(bundle):
        manifest = pod.owner
        if manifest.kind not in KINDS:
            continue
        selector = manifest.get("spec", "selector")
        takes = equals if manifest.kind == "ReplicationController" else matches
        if selector is None and manifest.kind != "ReplicationController":
            yield Finding(manifest, f"{manifest} has no selector", manifest.key_at("spec"), "", "add `spec.selector`")
        elif selector is not None and not takes(selector, pod.labels):
            yield Finding(
                manifest,
                f"{manifest} does not select its own pods",
                manifest.at("spec", "selector"),
                "",
                "make it the labels of the template",
                related=(Related(pod.at("metadata", "labels"), "the pods' labels"),),
            )
