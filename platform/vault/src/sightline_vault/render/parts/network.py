"""The NetworkPolicies, and the flows that `sightline kube flows` holds them to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.envelope import dumps
from sightline_vault.network import declaration, network_policies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec


def render(spec: VaultClusterSpec) -> Mapping[str, str]:
    """Return the policies as one list of objects, and the declaration beside them."""
    policies = {"apiVersion": "v1", "kind": "List", "items": list(network_policies(spec))}
    return {"network/policies.json": dumps(policies), "network/flows.json": dumps(declaration(spec))}
