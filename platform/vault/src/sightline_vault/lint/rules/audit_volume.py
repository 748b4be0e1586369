"""An audit log without a volume of its own is lost with the pod, or fills the disk that Raft needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import dig
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT113"
SEVERITY = Severity.ERROR
POINT = 5


def check(estate: Estate) -> Iterator[Finding]:
    """Want a claim for it beside Raft's, in every server."""
    for server in estate.servers:
        raft = server.raft_path
        kept = [
            (path, span)
            for path, volume, span in server.mounts()
            if server.claim(path) is not None or dig(volume, ("persistentVolumeClaim",))
        ]
        if not any(path != raft and not path.startswith(f"{raft}/") for path, _ in kept):
            text = f"{server.manifest} has no volume for the audit log"
            help_text = "add a claim of its own, mounted at /vault/audit"
            yield Finding(text, server.container.at("volumeMounts"), help_text, manifest=server.manifest)
