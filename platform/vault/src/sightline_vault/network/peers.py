"""Entries of NetworkPolicies: pods by labels and namespace, networks, ports."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Entry = dict[str, Any]

NAMESPACE_LABEL = "kubernetes.io/metadata.name"
"""The API server sets it on each namespace."""


def selected(labels: Mapping[str, str]) -> Entry:
    """Return a label selector of exactly these."""
    return {"matchLabels": dict(labels)}


def pods(labels: Mapping[str, str], namespace: str = "") -> Entry:
    """Return the pods with labels, of the policy's own namespace where none is named."""
    entry: Entry = {"podSelector": selected(labels)}
    return {"namespaceSelector": selected({NAMESPACE_LABEL: namespace}), **entry} if namespace else entry


def blocks(cidrs: Iterable[str]) -> list[Entry]:
    """Return the networks, each address in one of them."""
    networks = [ipaddress.ip_network(each) for each in cidrs]
    merged = [
        *ipaddress.collapse_addresses([each for each in networks if isinstance(each, ipaddress.IPv4Network)]),
        *ipaddress.collapse_addresses([each for each in networks if isinstance(each, ipaddress.IPv6Network)]),
    ]
    return [{"ipBlock": {"cidr": str(each)}} for each in merged]


def ports(*numbers: int, protocol: str = "TCP") -> list[Entry]:
    """Return ports of a protocol."""
    return [{"port": each, "protocol": protocol} for each in numbers]
