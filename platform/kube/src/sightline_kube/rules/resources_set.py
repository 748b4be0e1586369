"""Without requests the scheduler packs blindly; without a memory limit one pod takes a whole node with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE011"
SEVERITY = Severity.WARNING
WANTED = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))
"""A limit of memory stands for its request, too. A limit of CPU is no good in itself: it throttles idle nodes."""


def check(bundle: Bundle) -> Iterator[Finding]:
    """Want them of every container that runs as long as its pod."""
    for pod in templates(bundle):
        for container in pod.containers(running=True):
            missing = [
                f"{kind}.{resource}"
                for kind, resource in WANTED
                if container.get("resources", kind, resource) is None
                and not (kind == "requests" and container.get("resources", "limits", resource) is not None)
            ]
            if missing:
                yield Finding(
                    pod.owner,
                    f"container {container.name} sets no {' and no '.join(missing)}",
                    container.at("resources"),
                    "",
                    "set them under `resources`",
                )
