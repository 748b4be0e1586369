"""The cluster's NetworkPolicies: nobody speaks to anybody, and then each flow that is needed.

Ports are those of the pods and of AWS's endpoints: a policy is held after a Service's address was translated.
https://developer.hashicorp.com/vault/docs/deploy/reference/cluster-network-ports
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from sightline_vault.network.peers import Entry, blocks, pods, ports, selected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sightline_vault.model.cluster import VaultClusterSpec


def network_policies(spec: VaultClusterSpec) -> tuple[dict[str, Any], ...]:
    """Return every NetworkPolicy of the cluster's namespace, the general denial first."""
    return _Policies(spec).every()


class _Policies:
    def __init__(self, spec: VaultClusterSpec) -> None:
        self.spec = spec
        self.network = spec.network
        self.naming = Naming(spec)

    def every(self) -> tuple[dict[str, Any], ...]:
        naming = self.naming
        aws = [self._dns(), self._kms(), self._identity(), self._statsd()]
        stored = [*aws, self._s3()]
        jobs = {
            naming.snapshot_account: (naming.snapshot_labels, [*stored, self._servers()]),
            naming.drill_account: (naming.drill_labels, stored),
            naming.probe_account: (naming.probe_labels, aws),
        }
        return (
            self._policy(f"{naming.spec.name}-deny", {}, [], []),
            self._policy(naming.service_account, naming.labels, self._in(), self._out()),
            *(self._policy(name, labels, [], egress) for name, (labels, egress) in jobs.items()),
            *([self._injector()] if self.network.injector else []),
        )

    def _policy(
        self, name: str, labels: Mapping[str, str], ingress: Sequence[Entry], egress: Sequence[Entry]
    ) -> dict[str, Any]:
        # A direction without rules is held by the general denial alone: twice, nobody would notice the loss of one.
        types = [name for name, rules in (("Ingress", ingress), ("Egress", egress)) if rules or not labels]
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": self.spec.namespace, "labels": dict(self.naming.common_labels)},
            "spec": {
                "podSelector": selected(labels) if labels else {},
                "policyTypes": types,
                **({"ingress": list(ingress)} if ingress else {}),
                **({"egress": list(egress)} if egress else {}),
            },
        }

    def _in(self) -> list[Entry]:
        naming, network = self.naming, self.network
        callers = [
            *(pods(each.labels, each.namespace) for each in self.spec.clients),
            pods(naming.snapshot_labels),
            *([pods(naming.injector_labels)] if network.injector else []),
            pods(network.datadog_labels, network.datadog_namespace),
            *blocks(cidr for each in self.spec.clusters if not each.local for cidr in each.pod_cidrs),
        ]
        return [
            {"from": [pods(naming.labels)], "ports": ports(API_PORT, CLUSTER_PORT)},
            {"from": callers, "ports": ports(API_PORT)},
        ]

    def _out(self) -> list[Entry]:
        reviewers = blocks(cidr for each in self.spec.clusters for cidr in each.api_cidrs)
        sockets = [int(each.address.rpartition(":")[2]) for each in self.spec.audit if each.kind == "socket"]
        return [
            self._dns(),
            {"to": [pods(self.naming.labels)], "ports": ports(API_PORT, CLUSTER_PORT)},
            {"to": reviewers, "ports": ports(HTTPS_PORT)},
            self._kms(),
            self._identity(),
            self._statsd(),
            *({"to": [self._agents()], "ports": ports(each)} for each in sockets),
        ]

    def _injector(self) -> dict[str, Any]:
        local = blocks(cidr for each in self.spec.clusters if each.local for cidr in each.api_cidrs)
        return self._policy(
            self.naming.injector,
            self.naming.injector_labels,
            [{"from": local, "ports": ports(INJECTOR_PORT)}],
            [self._dns(), {"to": local, "ports": ports(HTTPS_PORT)}, self._servers()],
        )

    def _servers(self) -> Entry:
        return {"to": [pods(self.naming.labels)], "ports": ports(API_PORT)}

    def _agents(self) -> Entry:
        return pods(self.network.datadog_labels, self.network.datadog_namespace)

    def _statsd(self) -> Entry:
        return {"to": [self._agents()], "ports": ports(STATSD_PORT, protocol="UDP")}

    def _dns(self) -> Entry:
        peer = pods(self.network.dns_labels, self.network.dns_namespace)
        return {"to": [peer], "ports": [*ports(DNS_PORT, protocol="UDP"), *ports(DNS_PORT)]}

    def _kms(self) -> Entry:
        return {"to": blocks(self.network.kms_cidrs), "ports": ports(HTTPS_PORT)}

    def _s3(self) -> Entry:
        return {"to": blocks(self.network.s3_cidrs), "ports": ports(HTTPS_PORT)}

    def _identity(self) -> Entry:
        return {"to": blocks([self.network.pod_identity]), "ports": ports(IDENTITY_PORT)}
