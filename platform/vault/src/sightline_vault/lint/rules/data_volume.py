"""Raft's data on anything but a claim of the server's own is gone with the pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import dig
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT146"
SEVERITY = Severity.ERROR
POINT = 19


def check(estate: Estate) -> Iterator[Finding]:
    """Want a claim template for Raft's path; a claim by name is one for all servers."""
    for server in estate.servers:
        if server.configurations and not any(each.raft for each in server.configurations):
            continue
        if server.claim(server.raft_path) is None:
            shared = [dig(volume, ("persistentVolumeClaim", "claimName")) for _, volume, _ in server.mounts()]
            text = f"Raft's data of {server.manifest} is on no volume of its own"
            text += "".join(f", but on {each}" for each in shared if each)
            help_text = f"mount a claim of `volumeClaimTemplates` at {server.raft_path}"
            yield Finding(text, server.container.at("volumeMounts"), help_text, manifest=server.manifest)
