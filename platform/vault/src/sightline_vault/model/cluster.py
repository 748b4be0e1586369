"""The cluster as one value: what servers, network, keys, roles, snapshots and monitors are all rendered from.

Each fact is written once. What follows from a fact (names, addresses, ports, selectors) is in `naming`, never here.
Fields without a default must be written. Durations are texts as Vault takes them (`15m`, `720h`); sizes are GiB.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the form is read from the annotations at run time
from dataclasses import dataclass, field
from typing import Any, Literal

VERSION = "sightline/vault-cluster/v1"


@dataclass(frozen=True, slots=True)
class Software:
    """Which server runs: `image` without tag, pinned by `digest` (`sha256:…`)."""

    version: str
    image: str
    digest: str
    product: Literal["vault", "openbao"] = "vault"


@dataclass(frozen=True, slots=True)
class Helper:
    """The image of our own sidecar, probe and jobs: the `sightline` command."""

    image: str
    digest: str


@dataclass(frozen=True, slots=True)
class Storage:
    """Volumes of each server: Raft's and the audit log's, kept when the StatefulSet goes. The class must encrypt."""

    class_name: str
    data_gib: int = 20
    audit_gib: int = 20
    encrypted: bool = True


@dataclass(frozen=True, slots=True)
class Resources:
    """What a server is given; requests equal limits in memory."""

    cpu_millis: int = 1000
    memory_mib: int = 2048


@dataclass(frozen=True, slots=True)
class Seal:
    """The AWS KMS key that seals this cluster and no other.

    `retired_key` is the one it is moved away from: both may decrypt until the migration is done.
    """

    key: str
    deletion_window_days: int = 30
    retired_key: str = ""
    probe_every_s: int = 30


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who holds recovery keys: an armoured OpenPGP public key, one share each."""

    name: str
    pgp_key: str


@dataclass(frozen=True, slots=True)
class Certificates:
    """Who signs the listeners' certificates (cert-manager). Never this Vault: it must start before it can sign."""

    issuer: str
    issuer_kind: Literal["Issuer", "ClusterIssuer"] = "ClusterIssuer"
    duration: str = "2160h"
    renew_before: str = "720h"
    min_tls: Literal["tls12", "tls13"] = "tls13"


@dataclass(frozen=True, slots=True)
class Client:
    """Pods of this cluster that may reach the API: all with these labels in that namespace."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Kubernetes cluster whose pods log in here, each by an auth mount of its own (`kubernetes/NAME`).

    `api_cidrs` is where its API server answers (token reviews go there), `pod_cidrs` where its pods and agents come
    from. `local` is the cluster Vault runs on: it reviews tokens by its own service account.
    """

    name: str
    api: str
    api_cidrs: tuple[str, ...]
    issuer: str
    audience: str = "vault"
    pod_cidrs: tuple[str, ...] = ()
    local: bool = False
    ca: str = ""


@dataclass(frozen=True, slots=True)
class AuditDevice:
    """Where each request and answer is written. Two at least: Vault stops answering when none can write."""

    name: str
    kind: Literal["file", "stdout", "socket"]
    path: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """When the Raft state is saved, where, for how long it cannot be deleted, and when a restore is rehearsed.

    `canary` is the API path of a secret (KV version 2) that the job writes before each snapshot; without one, no drill
    passes, since nothing tells a fresh snapshot from an old one.
    """

    bucket: str
    schedule: str = "*/15 * * * *"
    prefix: str = "raft/"
    keep_days: int = 35
    lock_days: int = 30
    replica_region: str = ""
    drill_schedule: str = "20 4 * * *"
    recovery_point_minutes: int = 15
    recovery_time_s: int = 120
    canary: str = ""


@dataclass(frozen=True, slots=True)
class Autopilot:
    """Raft's housekeeping. The server's own default never removes a dead peer."""

    cleanup_dead_servers: bool = True
    dead_server_last_contact_threshold: str = "24h"
    last_contact_threshold: str = "10s"
    max_trailing_logs: int = 1000
    min_quorum: int = 3
    server_stabilization_time: str = "10s"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a token may do: capabilities by path, as Vault's policies have them."""

    name: str
    paths: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mount:
    """A secrets engine. `options` go to its mount, `config` to its `config` endpoints by name of the endpoint."""

    path: str
    type: str
    description: str = ""
    default_lease_ttl: str = ""
    max_lease_ttl: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Role:
    """A role of one cluster's auth mount: which service accounts get which policies, for how long."""

    name: str
    cluster: str
    service_accounts: tuple[str, ...]
    namespaces: tuple[str, ...]
    policies: tuple[str, ...]
    ttl: str = "15m"
    max_ttl: str = "1h"
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """A rate limit: requests a second on a path, all of Vault where the path is empty."""

    name: str
    rate: float
    path: str = ""


@dataclass(frozen=True, slots=True)
class Transit:
    """A key of a transit mount."""

    name: str
    mount: str
    type: str = "aes256-gcm96"
    auto_rotate_period: str = "720h"


@dataclass(frozen=True, slots=True)
class PkiRole:
    """A role of a PKI mount: which names it signs, for how long."""

    name: str
    mount: str
    allowed_domains: tuple[str, ...]
    allow_subdomains: bool = True
    max_ttl: str = "72h"
    key_type: Literal["ec", "rsa", "ed25519"] = "ec"
    key_bits: int = 256


@dataclass(frozen=True, slots=True)
class Network:
    """Addresses outside of the cluster, as of AWS's interface endpoints, and by whose labels pods may come in.

    `pod_identity` is the EKS Pod Identity Agent's address, the same on each node.
    """

    kms_cidrs: tuple[str, ...]
    s3_cidrs: tuple[str, ...]
    dns_namespace: str = "kube-system"
    dns_labels: Mapping[str, str] = field(default_factory=lambda: {"k8s-app": "kube-dns"})
    pod_identity: str = "169.254.170.23/32"
    injector: bool = True
    datadog_namespace: str = "datadog"
    datadog_labels: Mapping[str, str] = field(default_factory=lambda: {"app.kubernetes.io/name": "datadog-agent"})


@dataclass(frozen=True, slots=True)
class Alerts:
    """Whom the monitors call (Datadog's handles), and from which numbers on.

    `page` wakes somebody, `ticket` waits for the morning. `runbooks` is where docs/runbooks/vault is published.
    """

    page: tuple[str, ...] = ("@pagerduty-vault",)
    ticket: tuple[str, ...] = ("@slack-vault",)
    runbooks: str = "https://runbooks.example/vault"
    denied_in_5m: int = 100
    leases: int = 100_000
    leases_in_4h: int = 20_000
    tokens_in_4h: int = 20_000
    commit_ms: int = 500
    audit_used_percent: int = 70
    latency_ms: int = 500


@dataclass(frozen=True, slots=True)
class VaultClusterSpec:
    """The whole cluster. `env`, `service` and `team` are the tags that its telemetry, monitors and SLOs carry."""

    name: str
    region: str
    zones: tuple[str, ...]
    software: Software
    helper: Helper
    storage: Storage
    seal: Seal
    certificates: Certificates
    network: Network
    clusters: tuple[Cluster, ...]
    audit: tuple[AuditDevice, ...]
    snapshots: Snapshots
    operators: tuple[Operator, ...]
    namespace: str = "vault"
    env: str = "prod"
    team: str = "platform"
    nodes: int = 5
    recovery_threshold: int = 2
    ui: bool = False
    resources: Resources = field(default_factory=Resources)
    autopilot: Autopilot = field(default_factory=Autopilot)
    alerts: Alerts = field(default_factory=Alerts)
    clients: tuple[Client, ...] = ()
    policies: tuple[Policy, ...] = ()
    mounts: tuple[Mount, ...] = ()
    roles: tuple[Role, ...] = ()
    quotas: tuple[Quota, ...] = ()
    transit: tuple[Transit, ...] = ()
    pki_roles: tuple[PkiRole, ...] = ()
