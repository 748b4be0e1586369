"""A tag moves: two pods of one workload may run two programs, and a rollback may not be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE010"
SEVERITY = Severity.WARNING


def check(bundle: Bundle) -> Iterator[Finding]:
    """Want a digest on every image."""
    for pod in templates(bundle):
        for container in pod.containers():
            image = container.get("image")
            if not isinstance(image, str) or not image:
                yield Finding(pod.owner, f"container {container.name} has no image", container.at("image"))
            elif "@sha256:" not in image:
                tag = image.rpartition("/")[2].partition(":")[2]
                said = f"the tag {tag}" if tag else "no tag, which means latest"
                yield Finding(
                    pod.owner,
                    f"the image of container {container.name} has {said} and no digest",
                    container.at("image"),
                    "may be another program tomorrow",
                    "append the digest: image:tag@sha256:…",
                )
