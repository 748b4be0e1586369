"""The hardening checklist: twenty points, each held by rules, and what must be given so that it can be judged.

The points are those of the vendor's production hardening guide, network port reference and integrated storage reference
architecture (https://developer.hashicorp.com/vault/docs/concepts/production-hardening), as questions to manifests.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sightline_vault.lint.estate import Estate


class Evidence(StrEnum):
    """What a point is judged by."""

    SERVERS = "the servers' manifests"
    CONFIGURATION = "a server's configuration"
    NETWORK = "NetworkPolicies, with the servers or the model"
    MODEL = "the cluster's model"


@dataclass(frozen=True, slots=True)
class Point:
    """One point. `codes` are those of other packages' rules that hold it, beside ours."""

    number: int
    title: str
    evidence: Evidence
    codes: tuple[str, ...] = ()


POINTS = (
    Point(1, "TLS on every listener, 1.2 at least, reloaded when renewed", Evidence.CONFIGURATION),
    Point(2, "servers find and check each other by name over TLS", Evidence.CONFIGURATION),
    Point(3, "certificates are checked everywhere, and clients know the CA", Evidence.SERVERS),
    Point(4, "memory locking is decided with Raft in mind", Evidence.CONFIGURATION),
    Point(5, "two audit devices, none on Raft's volume", Evidence.SERVERS),
    Point(6, "a seal by a key of its own, used by few and lost by nobody", Evidence.CONFIGURATION),
    Point(7, "recovery keys belong to people, and no root token stays", Evidence.MODEL, ("KUBE022",)),
    Point(8, "disruptions leave the quorum", Evidence.SERVERS, ("KUBE017",)),
    Point(9, "servers are spread over nodes and zones", Evidence.SERVERS, ("KUBE018",)),
    Point(10, "pods are restricted", Evidence.SERVERS, ("PSS", "KUBE013")),
    Point(11, "resources are asked for and limited", Evidence.SERVERS, ("KUBE011",)),
    Point(12, "ingress is from the named clients, 8201 between servers alone", Evidence.NETWORK),
    Point(13, "egress is to named targets, denied by default", Evidence.NETWORK, ("KUBE023",)),
    Point(14, "accounts, policies and tokens have the least rights", Evidence.SERVERS, ("KUBE014", "KUBE020")),
    Point(15, "servers that are not ready are published to each other alone", Evidence.SERVERS),
    Point(16, "servers are replaced standby first, and a sealed one is left alone", Evidence.SERVERS, ("KUBE012",)),
    Point(17, "metrics are kept, and read by token", Evidence.CONFIGURATION),
    Point(18, "autopilot removes dead servers", Evidence.MODEL),
    Point(19, "what is kept is encrypted, locked and not shown", Evidence.SERVERS),
    Point(20, "images are those that were verified", Evidence.SERVERS, ("KUBE010",)),
)


def given(estate: Estate, evidence: Evidence) -> bool:
    """Whether something is there to judge a point by."""
    return {
        Evidence.SERVERS: bool(estate.servers),
        Evidence.CONFIGURATION: bool(estate.configurations or estate.broken),
        Evidence.NETWORK: next(estate.selected(), None) is not None,
        Evidence.MODEL: bool(estate.models),
    }[evidence]
