"""A container that can write its own file system can be changed while it runs, and nobody sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.podsecurity.profiles import is_windows
from sightline_kube.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.manifests import Bundle

CODE = "KUBE013"
SEVERITY = Severity.WARNING


def check(bundle: Bundle) -> Iterator[Finding]:
    """Want `readOnlyRootFilesystem: true` of every container; the Pod Security Standards do not, Windows cannot."""
    for pod in templates(bundle):
        if is_windows(pod):
            continue
        for container in pod.containers():
            if container.get("securityContext", "readOnlyRootFilesystem") is not True:
                yield Finding(
                    pod.owner,
                    f"container {container.name} can write its root file system",
                    container.at("securityContext", "readOnlyRootFilesystem"),
                    "",
                    "set `securityContext.readOnlyRootFilesystem: true`, and mount an emptyDir where it must write",
                )
