"""A policy that does not say which directions it holds leaves egress open, unless it has a rule for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.selecting import matches
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT135"
SEVERITY = Severity.ERROR
POINT = 13


def check(estate: Estate) -> Iterator[Finding]:
    """Want `policyTypes` of each policy that holds servers."""
    for each in estate.selected():
        for policy in estate.bundle.of("NetworkPolicy"):
            held = policy.effective_namespace == each.namespace and matches(
                policy.get("spec", "podSelector"), each.labels
            )
            if held and not policy.items("spec", "policyTypes"):
                text, span = f"{policy} does not say which directions it holds", policy.key_at("spec")
                yield Finding(text, span, "write `policyTypes: [Ingress, Egress]`", manifest=policy)
