"""A server that may speak to the world can carry secrets out to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.flows.networks import network
from sightline_kube.shapes import dig, items
from sightline_vault.lint.asking import holding
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT134"
SEVERITY = Severity.ERROR
POINT = 13


_WIDEST = 8


def check(estate: Estate) -> Iterator[Finding]:
    """Want egress held, and each target named by labels or a network."""
    for each in estate.selected():
        policies = holding(estate.bundle, each.namespace, each.labels, "Egress")
        owner = each.server.manifest if each.server else None
        help_text = "name DNS, the servers, the API servers and AWS's interface endpoints, and nothing else"
        if not policies:
            yield Finding("the servers reach everything", each.place, help_text, manifest=owner)
        for policy in policies:
            for index, rule in enumerate(policy.items("spec", "egress")):
                peers = items(dig(rule, ("to",)))
                wide = [place for place, peer in enumerate(peers) if _anything(peer)]
                if wide or not peers:
                    where: tuple[str | int, ...] = ("to", wide[0]) if wide else ()
                    span = policy.at("spec", "egress", index, *where)
                    yield Finding(f"{policy} lets servers reach anything", span, help_text, manifest=policy)


def _anything(peer: object) -> bool:
    block = network(dig(peer, ("ipBlock", "cidr")))
    return block.prefixlen < _WIDEST if block else not dig(peer, ("podSelector",))
