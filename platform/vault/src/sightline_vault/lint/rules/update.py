"""A rolling update restarts the leader whenever its turn comes; each change of leader is an outage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT139"
SEVERITY = Severity.ERROR
POINT = 16


def check(estate: Estate) -> Iterator[Finding]:
    """Want a StatefulSet that replaces no pod by itself."""
    for server in estate.servers:
        manifest, help_text = (
            server.manifest,
            "use a StatefulSet, set `updateStrategy: {type: OnDelete}`, and run `sightline vault rollout`",
        )
        if manifest.kind in {"Deployment", "DaemonSet", "ReplicaSet"}:
            yield Finding(
                f"{manifest} gives its servers no identity", manifest.key_at("kind"), help_text, manifest=manifest
            )
        elif manifest.kind == "StatefulSet" and manifest.get("spec", "updateStrategy", "type") != "OnDelete":
            text, span = f"{manifest} replaces its servers in any order", manifest.key_at("spec", "updateStrategy")
            yield Finding(text, span, help_text, manifest=manifest)
