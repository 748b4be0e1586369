"""Where servers listen and keep their files: in a pod by default, on one machine in a test or a drill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_vault.model.naming import (
    API_PORT,
    AUDIT_FOLDER,
    CLUSTER_PORT,
    DATA_FOLDER,
    TLS_FOLDER,
    Naming,
)

if TYPE_CHECKING:
    from sightline_vault.model.cluster import VaultClusterSpec


@dataclass(frozen=True, slots=True)
class Place:
    """One server: its Raft node id, what it listens on (`HOST:PORT`), how others reach it, its files.

    `server_name` is what its certificate is checked against by who joins it. `authority` is the CA's file.
    """

    node: str
    listen: str
    listen_cluster: str
    api: str
    cluster: str
    server_name: str
    certificate: str
    key: str
    authority: str
    data: str


@dataclass(frozen=True, slots=True)
class Places:
    """Every server, in the order of their ordinals; a single one joins nobody.

    `registered` is whether a server writes its state on its own pod's labels. `audit` is the folder that stands for
    the audit volume. Empty seal fields are the model's: `seal_endpoint` is where KMS answers (AWS's own by default),
    `seal_key` an id or alias.
    """

    servers: tuple[Place, ...]
    registered: bool = True
    audit: str = AUDIT_FOLDER
    seal_endpoint: str = ""
    seal_key: str = ""
    seal_region: str = ""


def in_pods(spec: VaultClusterSpec) -> Places:
    """Return the places of the chart: every pod alike, but for its name."""
    names = Naming(spec)
    return Places(
        tuple(
            Place(
                node=names.pod(ordinal),
                listen=f"[::]:{API_PORT}",
                listen_cluster=f"[::]:{CLUSTER_PORT}",
                api=names.api(ordinal),
                cluster=names.cluster(ordinal),
                server_name=names.server_name(ordinal),
                certificate=f"{TLS_FOLDER}/tls.crt",
                key=f"{TLS_FOLDER}/tls.key",
                authority=f"{TLS_FOLDER}/ca.crt",
                data=DATA_FOLDER,
            )
            for ordinal in range(spec.nodes)
        )
    )
