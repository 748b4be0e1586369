"""Whoever may set the client's address may pass for anybody in the audit log and in CIDR-bound tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.flows.networks import network
from sightline_vault.aws.simulation import texts
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT103"
SEVERITY = Severity.ERROR
POINT = 1


_LISTS = ("x_forwarded_for_authorized_addrs", "proxy_protocol_authorized_addrs")


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse listeners that take the address from any proxy."""
    for config, _ in estate.configurations:
        for block in config.blocks("listener"):
            said = [
                (name, each.strip()) for name in _LISTS for part in texts(block.get(name)) for each in part.split(",")
            ]
            wide = [name for name, each in said if (found := network(each)) and found.prefixlen == 0]
            wide += ["proxy_protocol_behavior"] if block.get("proxy_protocol_behavior") == "use_always" else []
            for name in wide:
                text = f"a listener of {block.part.manifest} believes every proxy"
                help_text = "name the proxies' own networks, or leave it out"
                yield Finding(text, block.at(name), help_text, manifest=block.part.manifest)
