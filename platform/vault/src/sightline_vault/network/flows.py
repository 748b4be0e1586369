"""The flows that ought to be, as a table of who speaks to whom and why; made without a look at the policies.

The document is a `sightline/flows/v1`, which `sightline kube flows --declared` reads.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from sightline_kube.flows.declared import VERSION
from sightline_vault.model.naming import (
    API_PORT,
    CLUSTER_PORT,
    DNS_PORT,
    HTTPS_PORT,
    IDENTITY_PORT,
    INJECTOR_PORT,
    STATSD_PORT,
    Naming,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_vault.model.cluster import VaultClusterSpec

Row = tuple[str, str, tuple[int | str, ...], str]

_DNS = (f"{DNS_PORT}/UDP", f"{DNS_PORT}/TCP")
_STATSD = (f"{STATSD_PORT}/UDP",)
_SERVERS: tuple[Row, ...] = (
    ("servers", "servers", (API_PORT,), "a server joins by the API of the others, and forwards requests"),
    ("servers", "servers", (CLUSTER_PORT,), "Raft, and requests that a standby passes on"),
    ("servers", "api-servers", (HTTPS_PORT,), "token reviews, and the labels that tell which pod leads"),
    ("servers", "kms", (HTTPS_PORT,), "the seal"),
    ("servers", "pod-identity", (IDENTITY_PORT,), "the credentials of the seal"),
    ("servers", "dns", _DNS, "the names of the others"),
    ("remote-agents", "servers", (API_PORT,), "agents and pods of the other clusters"),
    ("datadog", "servers", (API_PORT,), "metrics and health"),
    ("servers", "datadog", _STATSD, "what the sidecars count"),
)
_JOBS: tuple[Row, ...] = (
    ("snapshot", "servers", (API_PORT,), "it reads the snapshot"),
    ("snapshot", "s3", (HTTPS_PORT,), "it stores the snapshot and reads it back"),
    ("snapshot", "kms", (HTTPS_PORT,), "it opens the sealed sums"),
    ("snapshot", "pod-identity", (IDENTITY_PORT,), "its credentials"),
    ("snapshot", "datadog", _STATSD, "its metrics, of which the age of the newest snapshot pages"),
    ("snapshot", "dns", _DNS, "the names of all these"),
    ("drill", "s3", (HTTPS_PORT,), "it reads the newest snapshot"),
    (
        "drill",
        "kms",
        (HTTPS_PORT,),
        "its throw-away server unseals; nothing else may be reached, as leases are revoked",
    ),
    ("drill", "pod-identity", (IDENTITY_PORT,), "its credentials"),
    ("drill", "datadog", _STATSD, "its report"),
    ("drill", "dns", _DNS, "the names of these"),
    ("probe", "kms", (HTTPS_PORT,), "it encrypts and decrypts"),
    ("probe", "pod-identity", (IDENTITY_PORT,), "its credentials"),
    ("probe", "datadog", _STATSD, "its answers"),
    ("probe", "dns", _DNS, "the name of KMS"),
)
_INJECTOR: tuple[Row, ...] = (
    ("local-api-server", "injector", (INJECTOR_PORT,), "the admission webhook"),
    ("injector", "local-api-server", (HTTPS_PORT,), "it keeps the webhook's certificate"),
    ("injector", "servers", (API_PORT,), "it asks for Vault's health"),
    ("injector", "dns", _DNS, "the names of these"),
)


def declaration(spec: VaultClusterSpec) -> dict[str, Any]:
    """Return the declared flows of a cluster."""
    peers, names = _peers(spec)
    flows = [
        {"from": source, "to": target, "ports": list(ports), "why": why}
        for sources, targets, ports, why in _rows(spec)
        for source in names.get(sources, (sources,))
        for target in names.get(targets, (targets,))
    ]
    local = [cidr for each in spec.clusters if each.local for cidr in each.pod_cidrs]
    networks = {"podNetworks": local} if local else {}
    return {"version": VERSION, "subjects": [spec.namespace], **networks, "peers": peers, "flows": flows}


def _rows(spec: VaultClusterSpec) -> Iterator[Row]:
    yield from _SERVERS
    yield from _JOBS
    if spec.network.injector:
        yield from _INJECTOR
    for client in spec.clients:
        yield f"client-{client.name}", "servers", (API_PORT,), client.why
    for device in spec.audit:
        if device.kind == "socket":
            yield "servers", "datadog", (int(device.address.rpartition(":")[2]),), f"the audit device {device.name}"


def _peers(spec: VaultClusterSpec) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Return the peers, and for each name of a table the peers that it means.

    A network that serves two purposes is one peer of both, because an address is one place.
    """
    naming, network, here = Naming(spec), spec.network, spec.namespace
    peers: dict[str, Any] = {
        "servers": _pods(here, naming.labels),
        "snapshot": _pods(here, naming.snapshot_labels),
        "drill": _pods(here, naming.drill_labels),
        "probe": _pods(here, naming.probe_labels),
        "dns": _pods(network.dns_namespace, network.dns_labels),
        "datadog": _pods(network.datadog_namespace, network.datadog_labels),
        **{f"client-{each.name}": _pods(each.namespace, each.labels) for each in spec.clients},
    }
    if network.injector:
        peers["injector"] = _pods(here, naming.injector_labels)
    purposes = {
        "kms": network.kms_cidrs,
        "s3": network.s3_cidrs,
        "pod-identity": (network.pod_identity,),
        "api-servers": tuple(cidr for each in spec.clusters for cidr in each.api_cidrs),
        "local-api-server": tuple(cidr for each in spec.clusters if each.local for cidr in each.api_cidrs),
        "remote-agents": tuple(cidr for each in spec.clusters if not each.local for cidr in each.pod_cidrs),
    }
    places: dict[tuple[str, ...], list[str]] = {}
    for cidr in dict.fromkeys(cidr for cidrs in purposes.values() for cidr in cidrs):
        serves = tuple(name for name, cidrs in purposes.items() if any(_inside(cidr, each) for each in cidrs))
        places.setdefault(serves, []).append(cidr)
    peers |= {"+".join(serves): {"cidrs": cidrs} for serves, cidrs in places.items()}
    return peers, {name: tuple("+".join(each) for each in places if name in each) for name in purposes}


def _pods(namespace: str, labels: Mapping[str, str]) -> dict[str, Any]:
    return {"namespace": namespace, "labels": dict(labels)}


def _inside(inner: str, outer: str) -> bool:
    one, other = ipaddress.ip_network(inner), ipaddress.ip_network(outer)
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.subnet_of(other)
    return isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network) and one.subnet_of(other)
