"""Networks by CIDR: nested or apart, never crossing."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network(text: Any, *, strict: bool = True) -> Network | None:
    """Read a CIDR with its prefix and, if `strict`, without bits beyond it; None for anything else."""
    try:
        return ipaddress.ip_network(text, strict=strict) if isinstance(text, str) and "/" in text else None
    except ValueError:
        return None


def inside(inner: Network, outer: Network) -> bool:
    """Whether a network lies in another, or is it."""
    shift = outer.max_prefixlen - outer.prefixlen
    return (
        inner.version == outer.version
        and inner.prefixlen >= outer.prefixlen
        and int(inner.network_address) >> shift == int(outer.network_address) >> shift
    )


def size(networks: Collection[Network]) -> int:
    """Return how many addresses lie in any of some networks."""
    unique = set(networks)
    return sum(
        each.num_addresses for each in unique if not any(inside(each, other) for other in unique if other != each)
    )
