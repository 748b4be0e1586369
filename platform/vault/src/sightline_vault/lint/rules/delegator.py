"""Who may review tokens can ask whom any token belongs to; servers need it for their own cluster's roles alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.asking import bindings
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT137"
SEVERITY = Severity.ERROR
POINT = 14


_WIDE = {"system:auth-delegator", "cluster-admin", "admin", "edit"}


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse built-in roles; the delegator's is right where a model has roles for the cluster that Vault runs on."""
    local = any(
        cluster.local and any(role.cluster == cluster.name for role in model.spec.roles)
        for model in estate.models
        for cluster in model.spec.clusters
    )
    for server in estate.servers:
        for each in bindings(estate.bundle, server.pod.namespace, server.pod.service_account):
            name = str(each.get("roleRef", "name"))
            if name in _WIDE and not (local and name == "system:auth-delegator"):
                text = f"{each} gives the servers of {server.manifest} the rights of {name}"
                help_text = "bind it only where pods of this very cluster log in, and then the delegator's"
                yield Finding(text, each.at("roleRef"), help_text, manifest=each)
