"""The seal on a real Vault while KMS is broken: what runs goes on, what restarts waits or ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_kube.testing.servers import kms_faults
from sightline_kube.testing.servers import vault_cluster as servers
from sightline_kube.testing.servers.kms_faults import Fault
from sightline_kube.testing.servers.vault import KmsSeal
from tests.support.servers import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.testing.servers.kms_faults import FaultyKms
    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(300)]
OUT_OF_USE = (Fault.DISABLED, Fault.PENDING_DELETION)
"""What KMS says of the key itself. The others concern the call: Vault takes its seal for misconfigured, and ends."""


@pytest.fixture(scope="module")
def lone(tmp_path_factory: pytest.TempPathFactory, moto: Moto) -> Iterator[tuple[VaultCluster, FaultyKms]]:
    """One server whose KMS can be broken."""
    require("vault")
    with (
        kms_faults.faulty_kms(moto.url) as kms,
        servers.vault_cluster(tmp_path_factory.mktemp("lone"), KmsSeal(kms.url, moto.create_key()), count=1) as cluster,
    ):
        yield cluster, kms


@pytest.fixture(autouse=True)
def _repaired(lone: tuple[VaultCluster, FaultyKms]) -> Iterator[None]:
    """Leave no fault behind for the next test."""
    yield
    cluster, kms = lone
    kms.fault = Fault.NONE
    if not cluster.nodes[0].server.running:
        cluster.start()


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.NONE])
def test_a_broken_kms_stops_no_running_server_but_keeps_a_restarted_one_out(
    lone: tuple[VaultCluster, FaultyKms], fault: Fault
) -> None:
    """With the key out of use it stays sealed and unseals itself after repair; else it exits 1 until it is repaired."""
    cluster, kms = lone
    (node,) = cluster.nodes
    cluster.leader()
    kms.fault = fault
    cluster.ask("POST", f"sys/mounts/{fault.value}", {"type": "kv"}).expect()
    node.stop()
    node.start()
    if fault in OUT_OF_USE:
        node.answering()
        assert node.health()["sealed"]
        kms.fault = Fault.NONE
    else:
        assert node.server.ended(60) == 1
        assert "error parsing Seal configuration" in node.server.tail()
        kms.fault = Fault.NONE
        node.start()
    cluster.leader()
    assert f"{fault.value}/" in cluster.ask("GET", "sys/mounts").expect()["data"]
