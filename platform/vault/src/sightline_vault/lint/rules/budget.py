"""An eviction of more servers than the quorum can spare stops the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.selecting import matches
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT128"
SEVERITY = Severity.ERROR
POINT = 8


def check(estate: Estate) -> Iterator[Finding]:
    """Hold the disruption budget to floor((n - 1) / 2), and want one."""
    for server in estate.servers:
        spare = (server.replicas - 1) // 2
        if server.manifest.kind != "StatefulSet" or not spare:
            continue
        help_text = f"set `maxUnavailable` to {spare} at most"
        found = [
            each
            for each in estate.bundle.of("PodDisruptionBudget")
            if each.effective_namespace == server.pod.namespace
            and matches(each.get("spec", "selector"), server.pod.labels)
        ]
        if not found:
            text = f"no PodDisruptionBudget holds {server.manifest}"
            yield Finding(text, server.manifest.head, help_text, manifest=server.manifest)
        for each in found:
            away = _away(each.get("spec", "maxUnavailable"), server.replicas)
            least = each.get("spec", "minAvailable")
            if least is not None:
                away = server.replicas - _away(least, server.replicas)
            if away > spare:
                name = "maxUnavailable" if least is None else "minAvailable"
                text = f"{each} lets {away} of {server.replicas} servers go, and the quorum can spare {spare}"
                yield Finding(text, each.at("spec", name), help_text, manifest=each)


def _away(value: object, count: int) -> int:
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdigit():
        return -(-int(value[:-1]) * count // 100)
    return value if isinstance(value, int) else 1
