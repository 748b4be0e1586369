"""What follows from the model: names, addresses, ports and selectors, each made in one place.

The chart, the certificates, the NetworkPolicies and the monitors take them from here, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_vault.model.cluster import VaultClusterSpec

API_PORT = 8200
CLUSTER_PORT = 8201
STATSD_PORT = 8125
"""Where the Datadog Agent takes DogStatsD by UDP."""
INJECTOR_PORT = 8080
DNS_PORT = 53
HTTPS_PORT = 443
IDENTITY_PORT = 80
"""The EKS Pod Identity Agent's, on its link-local address."""
DOMAIN = "cluster.local"

TLS_FOLDER = "/vault/tls"
DATA_FOLDER = "/vault/data"
AUDIT_FOLDER = "/vault/audit"
CONFIG_FOLDER = "/vault/config"
TOKEN_FOLDER = "/var/run/secrets/vault"  # noqa: S105 - a folder, no secret
"""Where pods of ours have a service account's token for Vault, as `token`."""
PROGRAMS_FOLDER = "/sightline/bin"
"""Where the drill's pod has the server's program, out of the server's image."""
SPEC_FILE = "/etc/sightline/cluster.yaml"
"""Where pods of ours read the model."""
SIGNER_FILE = "/etc/sightline/signer/key.pem"
"""Where the snapshot job and the drill have the key that signs manifests and reports, the public half as `.pub`."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of one cluster's parts."""

    spec: VaultClusterSpec

    @property
    def labels(self) -> Mapping[str, str]:
        """What selects the servers' pods and nothing else."""
        return {"app.kubernetes.io/name": "vault", "app.kubernetes.io/instance": self.spec.name, "component": "server"}

    @property
    def snapshot_labels(self) -> Mapping[str, str]:
        """What selects the pods of the snapshot job."""
        return self._component("snapshot")

    @property
    def drill_labels(self) -> Mapping[str, str]:
        """What selects the pods of the restore drill."""
        return self._component("drill")

    @property
    def probe_labels(self) -> Mapping[str, str]:
        """What selects the pods of the KMS probe."""
        return self._component("kms-probe")

    @property
    def injector_labels(self) -> Mapping[str, str]:
        """What selects the agent injector's pods."""
        return self._component("injector")

    def _component(self, name: str) -> Mapping[str, str]:
        return {"app.kubernetes.io/name": "vault", "app.kubernetes.io/instance": self.spec.name, "component": name}

    @property
    def common_labels(self) -> Mapping[str, str]:
        """What every object of the cluster carries, of whatever part."""
        return {"app.kubernetes.io/name": "vault", "app.kubernetes.io/instance": self.spec.name}

    @property
    def injector(self) -> str:
        """The agent injector's objects."""
        return f"{self.spec.name}-injector"

    @property
    def service_account(self) -> str:
        """Whom the servers run as."""
        return self.spec.name

    @property
    def snapshot_account(self) -> str:
        """Whom the snapshot job runs as."""
        return f"{self.spec.name}-snapshot"

    @property
    def drill_account(self) -> str:
        """Whom the restore drill runs as."""
        return f"{self.spec.name}-drill"

    @property
    def probe_account(self) -> str:
        """Whom the KMS probe runs as."""
        return f"{self.spec.name}-kms-probe"

    @property
    def internal(self) -> str:
        """The headless Service by which servers find each other before they are ready."""
        return f"{self.spec.name}-internal"

    @property
    def active(self) -> str:
        """The Service that leads to the leader."""
        return f"{self.spec.name}-active"

    @property
    def active_label(self) -> str:
        """What a server writes on its own pod: `true` while it leads."""
        return f"{self.spec.software.product}-active"

    @property
    def server_files(self) -> str:
        """The ConfigMap of the servers' configuration, a file for each pod."""
        return f"{self.spec.name}-servers"

    @property
    def model_file(self) -> str:
        """The ConfigMap of the model, for our own containers."""
        return f"{self.spec.name}-model"

    @property
    def signer_secret(self) -> str:
        """The Secret of the key that signs snapshots' manifests and drills' reports: `key.pem` and `key.pem.pub`."""
        return f"{self.spec.name}-signer"

    @property
    def certificate(self) -> str:
        """The Certificate, and the Secret that holds it."""
        return f"{self.spec.name}-tls"

    def pod(self, ordinal: int) -> str:
        """Return a server's pod name, which is its Raft node id."""
        return f"{self.spec.name}-{ordinal}"

    @property
    def pods(self) -> tuple[str, ...]:
        """Every server's pod name."""
        return tuple(self.pod(each) for each in range(self.spec.nodes))

    def server_name(self, ordinal: int) -> str:
        """Return what a server's certificate is checked against when another joins it."""
        return f"{self.pod(ordinal)}.{self.internal}.{self.spec.namespace}.svc"

    def api(self, ordinal: int) -> str:
        """Return a server's API address."""
        return f"https://{self.server_name(ordinal)}:{API_PORT}"

    def cluster(self, ordinal: int) -> str:
        """Return the address by which the other servers speak to it."""
        return f"https://{self.server_name(ordinal)}:{CLUSTER_PORT}"

    @property
    def address(self) -> str:
        """The API's address for clients in the same Kubernetes cluster."""
        return f"https://{self.spec.name}.{self.spec.namespace}.svc:{API_PORT}"

    @property
    def dns_names(self) -> tuple[str, ...]:
        """Every name that the certificate carries: each pod's, the Services', and the loopback of probes."""
        space = self.spec.namespace
        services = [f"{each}.{space}.svc" for each in (self.spec.name, self.active, self.internal)]
        pods = [self.server_name(each) for each in range(self.spec.nodes)]
        return (*services, *(f"{each}.{DOMAIN}" for each in services), *pods, "localhost")

    @property
    def max_unavailable(self) -> int:
        """How many servers may be away at once: what a quorum of Raft can spare."""
        return (self.spec.nodes - 1) // 2

    def auth_path(self, cluster: str) -> str:
        """Return where the pods of a Kubernetes cluster log in."""
        return f"kubernetes/{cluster}"

    @property
    def seal_key(self) -> str:
        """The alias of the KMS key that seals."""
        return f"alias/{self.spec.seal.key}"

    @property
    def store_key(self) -> str:
        """The KMS key, another than the seal's, by which S3 encrypts the snapshots."""
        return self.spec.snapshots.bucket

    @property
    def tags(self) -> tuple[str, ...]:
        """What every metric, log, monitor and SLO of this cluster is tagged with."""
        return (f"env:{self.spec.env}", f"service:{self.spec.name}", f"team:{self.spec.team}")

    @property
    def statsd(self) -> str:
        """Where our own jobs and sidecars send metrics: the Agent's Service, `HOST:PORT`."""
        return f"datadog-agent.{self.spec.network.datadog_namespace}.svc:{STATSD_PORT}"

    def runbook(self, name: str) -> str:
        """Return where a page of docs/runbooks/vault is read."""
        return f"{self.spec.alerts.runbooks.rstrip('/')}/{name}.md"
