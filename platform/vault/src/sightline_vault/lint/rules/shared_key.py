"""Clusters that share a key open each other's snapshots, and are lost together with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Related, Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT117"
SEVERITY = Severity.ERROR
POINT = 6


def check(estate: Estate) -> Iterator[Finding]:
    """Want one key for each cluster: a workload, or a configuration that nobody mounts."""
    users: dict[str, dict[str, tuple[Finding, Related]]] = {}
    for config, server in estate.configurations:
        for block in config.blocks("seal"):
            key = block.get("kms_key_id")
            if isinstance(key, str) and block.label == "awskms":
                owner = server.manifest if server else config.manifest
                text, help_text = f"{owner} seals by the key of another cluster", "make a key for each"
                finding = Finding(text, block.at("kms_key_id"), help_text, manifest=block.part.manifest)
                # Files by themselves are servers of one cluster, as far as their `cluster_name` says nothing else.
                names = str(config.value("cluster_name")[0]) if owner.kind == "File" else "/".join(owner.key)
                users.setdefault(key, {}).setdefault(names, (finding, Related(finding.span, f"used by {owner}")))
    for found in users.values():
        (_, first), *others = found.values()
        for finding, _ in others:
            yield Finding(finding.message, finding.span, finding.help, manifest=finding.manifest, related=(first,))
