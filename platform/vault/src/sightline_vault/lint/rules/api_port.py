"""What may reach the API may try tokens and, before it is initialised, take the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.flows.networks import network
from sightline_kube.shapes import dig, items
from sightline_vault.lint.asking import holding, opens
from sightline_vault.lint.rules import Finding
from sightline_vault.model.naming import API_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT133"
SEVERITY = Severity.ERROR
POINT = 12


_WIDEST = 8


def check(estate: Estate) -> Iterator[Finding]:
    """Want ingress held, and each peer of the API named by labels or a network."""
    for each in estate.selected():
        policies = holding(estate.bundle, each.namespace, each.labels, "Ingress")
        owner = each.server.manifest if each.server else None
        help_text = "name each client by its labels and namespace"
        if not policies:
            yield Finding("every pod of every namespace reaches the servers", each.place, help_text, manifest=owner)
        for policy in policies:
            for index, rule in enumerate(policy.items("spec", "ingress")):
                peers = items(dig(rule, ("from",)))
                wide = [place for place, peer in enumerate(peers) if _anybody(peer)]
                if opens(rule, API_PORT) and (wide or not peers):
                    where: tuple[str | int, ...] = ("from", wide[0]) if wide else ()
                    span = policy.at("spec", "ingress", index, *where)
                    yield Finding(f"{policy} opens {API_PORT} to whole namespaces", span, help_text, manifest=policy)


def _anybody(peer: object) -> bool:
    block = network(dig(peer, ("ipBlock", "cidr")))
    return block.prefixlen < _WIDEST if block else not dig(peer, ("podSelector",))
