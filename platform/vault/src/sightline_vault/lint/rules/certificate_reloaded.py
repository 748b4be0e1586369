"""Vault keeps the certificate that it started with: without a signal it serves it until it has expired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import dig, items
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT104"
SEVERITY = Severity.WARNING
POINT = 1


def check(estate: Estate) -> Iterator[Finding]:
    """Want somebody in the pod who can send the signal, where a listener's certificate is mounted from a Secret."""
    for server in estate.servers:
        shared = server.pod.get("spec", "shareProcessNamespace") is True
        if shared and len([*server.pod.containers(running=True)]) > 1:
            continue
        files = {
            str(block.get("tls_cert_file"))
            for config in server.configurations
            for block in config.blocks("listener")
            if block.get("tls_cert_file")
        }
        for path, volume, span in server.mounts():
            secret = dig(volume, ("secret",)) or any(
                dig(each, ("secret",)) for each in items(dig(volume, ("projected", "sources")))
            )
            if secret and any(each.startswith(f"{path}/") for each in files):
                text = f"nothing tells the servers of {server.manifest} of a new certificate"
                help_text = "set `shareProcessNamespace: true`, and add a sidecar that runs `sightline vault reload`"
                yield Finding(text, span, help_text, "renewed here, but read once", manifest=server.manifest)
