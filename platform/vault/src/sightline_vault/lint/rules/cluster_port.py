"""Port 8201 is Raft's: whoever reaches it speaks to the cluster's inside, and no client has to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.pods import templates
from sightline_kube.selecting import matches
from sightline_kube.shapes import dig, items
from sightline_vault.lint.asking import holding, opens
from sightline_vault.lint.rules import Finding
from sightline_vault.model.naming import CLUSTER_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from sightline_vault.lint.estate import Estate, Selected

CODE = "VLT132"
SEVERITY = Severity.ERROR
POINT = 12


def check(estate: Estate) -> Iterator[Finding]:
    """Want the port open to the servers' own labels alone, in every rule of every policy that holds them."""
    for each in estate.selected():
        others = [
            pod.labels
            for pod in templates(estate.bundle)
            if pod.namespace == each.namespace and dict(pod.labels) != dict(each.labels)
        ]
        for policy in holding(estate.bundle, each.namespace, each.labels, "Ingress"):
            for index, rule in enumerate(policy.items("spec", "ingress")):
                if opens(rule, CLUSTER_PORT) and not _servers_alone(rule, each, others):
                    text = f"{policy} opens {CLUSTER_PORT} to more than the servers"
                    help_text = "let the port in from the servers' labels, by a rule of its own"
                    yield Finding(text, policy.at("spec", "ingress", index), help_text, manifest=policy)


def _servers_alone(rule: Any, servers: Selected, others: list[Mapping[str, str]]) -> bool:
    peers = items(dig(rule, ("from",)))
    return bool(peers) and all(
        dig(peer, ("podSelector",))
        and dig(peer, ("namespaceSelector",)) is None
        and matches(dig(peer, ("podSelector",)), servers.labels)
        and not any(matches(dig(peer, ("podSelector",)), each) for each in others)
        for peer in peers
    )
