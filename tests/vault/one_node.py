"""One real Vault server for a module that changes all of it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_vault.client import Connection, Secret, VaultClient
from sightline_vault.model.cluster import AuditDevice
from tests.support.servers import require
from tests.vault.configuration.canned import hub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault import VaultNode
    from sightline_kube.testing.servers.vault_cluster import VaultCluster
    from sightline_vault.model import VaultClusterSpec


@contextmanager
def one_node(folder: Path, moto: Moto) -> Iterator[VaultCluster]:
    """Serve one, unsealed by moto's KMS."""
    require("vault")
    from sightline_kube.testing.servers import vault_cluster as servers
    from sightline_kube.testing.servers.vault import KmsSeal

    with servers.vault_cluster(folder, KmsSeal(moto.url, moto.create_key()), count=1) as made:
        yield made


def root_client(cluster: VaultCluster) -> VaultClient:
    """Return a client of all nodes, as root."""
    sites = [node.site for node in cluster.nodes]
    return VaultClient(Connection(tuple(each.api for each in sites), sites[0].ca), Secret(cluster.root))


def model_for(node: VaultNode) -> VaultClusterSpec:
    """Return the hub's model for a server that runs in no pod: audit where it may write, no CA of a pod."""
    spec = hub()
    ca = next(each.ca for each in spec.clusters if each.ca)
    clusters = tuple(replace(each, local=False, ca=ca) for each in spec.clusters)
    # Not to stdout: a failing test shows the end of the server's log.
    audit = tuple(AuditDevice(each.name, "file", str(node.site.folder / f"{each.name}.log")) for each in spec.audit)
    return replace(spec, clusters=clusters, audit=audit)
