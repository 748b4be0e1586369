"""Three real servers by what the model renders: up, bereft, one replaced, all cold, their certificates renewed.

The long form of the kills is benchmarks/vault_outage.py.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_kube.testing.servers import vault_cluster as servers
from sightline_kube.testing.servers.vault import KmsSeal, Site
from sightline_kube.testing.servers.writing import lost, writing
from sightline_vault.seal.certificates import judge, read_pair, served
from sightline_vault.testing import by_model
from tests.support.servers import require
from tests.vault.chart.clusters import hub
from tests.vault.seal.mounted import swap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault import VaultNode
    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(300)]


def mounted(site: Site) -> Site:
    """Return a site whose certificate is in a mounted Secret."""
    folder = site.folder / "tls"
    return replace(site, crt=folder / "tls.crt", key=folder / "tls.key")


def as_mounted(site: Site, peers: Sequence[Site], seal: KmsSeal) -> str:
    """Render by the hub's model, with the certificates where the kubelet would put them."""
    swap(site.folder / "tls", {"tls.crt": site.crt.read_bytes(), "tls.key": site.key.read_bytes()})
    return by_model(hub())(mounted(site), peers, seal)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, moto: Moto) -> Iterator[tuple[VaultCluster, float]]:
    """The cluster, initialised and healthy, and how many seconds that took."""
    require("vault")
    seal = KmsSeal(moto.url, moto.create_key())
    with servers.servers(tmp_path_factory.mktemp("life"), seal, render=as_mounted) as cluster:
        began = time.monotonic()
        cluster.start()
        cluster.initialise()
        cluster.healthy()
        took = time.monotonic() - began
        cluster.ask("POST", "sys/mounts/kv", {"type": "kv"}).expect()
        yield cluster, took


@pytest.fixture
def cluster(up: tuple[VaultCluster, float]) -> VaultCluster:
    return up[0]


def test_it_is_up_and_healthy_within_a_minute(
    up: tuple[VaultCluster, float], record_property: Callable[[str, object], None]
) -> None:
    """By `retry_join` over TLS 1.3 and the KMS seal, with nothing done by hand but the initialisation."""
    cluster, took = up
    record_property("up_s", round(took, 1))
    assert took < 60
    state = cluster.ask("GET", "sys/storage/raft/autopilot/state").expect()["data"]
    assert (state["healthy"], state["failure_tolerance"], len(state["voters"])) == (True, 1, 3)


def test_three_killed_leaders_take_no_acknowledged_write_along(
    cluster: VaultCluster, record_property: Callable[[str, object], None]
) -> None:
    """Each time another leads within seconds; the killed one comes back as a voter."""
    outages = []
    with writing(cluster, "kv") as writers:
        for _ in range(3):
            time.sleep(0.5)
            leader, at = cluster.leader(), time.monotonic()
            leader.kill()
            assert cluster.leader(60) is not leader
            time.sleep(1)
            outages.append(round(writers.outage(at), 2))
            leader.start()
            cluster.healthy()
    record_property("outages_s", outages)
    assert len(writers.acknowledged) > 50
    assert lost(cluster, writers) == []


def test_a_node_that_lost_its_disk_is_replaced(cluster: VaultCluster) -> None:
    """The dead peer is removed; the empty node joins by itself, and then is half of a quorum."""
    leader = cluster.leader()
    node, other = (each for each in cluster.nodes if each is not leader)
    node.kill()
    shutil.rmtree(node.site.data)
    cluster.ask("POST", "sys/storage/raft/remove-peer", {"server_id": node.site.name}).expect()
    assert node.site.name not in peers(cluster)
    node.start()
    node.server.until(lambda: node.health().get("sealed") is False, 30, "join and unseal")
    # Autopilot's own view is some seconds old, and still has the peer that was removed.
    node.server.until(lambda: peers(cluster) == ["vault-0", "vault-1", "vault-2"], 30, "be a peer")
    cluster.healthy()
    other.kill()
    cluster.ask("POST", "kv/after", {"n": 1}, timeout=20).expect()
    other.start()
    cluster.healthy()


def peers(cluster: VaultCluster) -> list[str]:
    told = cluster.ask("GET", "sys/storage/raft/configuration").expect()["data"]["config"]["servers"]
    return sorted(each["node_id"] for each in told)


def test_a_cold_restart_is_unsealed_by_kms(cluster: VaultCluster) -> None:
    """All killed at once come back by themselves, with what was written."""
    cluster.ask("POST", "kv/cold", {"n": 2}).expect()
    for node in cluster.nodes:
        node.kill()
    cluster.start()
    cluster.healthy()
    assert cluster.ask("GET", "kv/cold").expect()["data"] == {"n": 2}


def test_renewed_certificates_reach_all_servers_under_load_without_a_failed_request(
    cluster: VaultCluster, record_property: Callable[[str, object], None]
) -> None:
    """The sidecar's own command beside each; the Secret is swapped as the kubelet does, a bad pair among them."""
    cluster.leader()
    with ExitStack() as meanwhile:
        for node in cluster.nodes:
            meanwhile.enter_context(sidecar(node))
        askers = [meanwhile.enter_context(asking(cluster, node)) for node in cluster.nodes]
        for number in range(3):
            for node in cluster.nodes:
                renew(cluster, node)
            for node in cluster.nodes:
                node.server.until(partial(takes, node), 20, "serve the mounted certificate")
            if number == 0:
                swap(cluster.nodes[0].site.folder / "tls", {"tls.crt": b"none", "tls.key": b"none"})
                time.sleep(0.5)
    record_property("requests", [each.asked for each in askers])
    assert [each.failed for each in askers] == [[], [], []]
    assert min(each.asked for each in askers) > 20


@dataclass
class Asker:
    """How often one node was asked, each time by a new connection, and what failed."""

    asked: int = 0
    failed: list[object] = field(default_factory=list)


@contextmanager
def asking(cluster: VaultCluster, node: VaultNode) -> Iterator[Asker]:
    """Ask one node, and no other in its place, until the end."""
    told, done = Asker(), threading.Event()

    def ask() -> None:
        while not done.is_set():
            told.asked += 1
            try:
                answer = node.ask("POST", f"kv/{node.site.name}", {"n": told.asked}, token=cluster.root)
                told.failed += [] if answer.ok else [answer]
            except OSError as error:
                told.failed.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield told
    finally:
        done.set()
        thread.join()


@contextmanager
def sidecar(node: VaultNode) -> Iterator[None]:
    """Run `sightline vault reload` as the chart does, but for its files and the process it watches."""
    site = mounted(node.site)
    command = [str(Path(sys.executable).with_name("sightline")), "vault", "reload", "--every", "0.2", "--statsd", ""]
    command += ["--certificate", str(site.crt), "--key", str(site.key)]
    command += ["--port", str(site.api_port), "--pid", str(node.server.pid)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.terminate()
        assert started.wait(10) == 0


def renew(cluster: VaultCluster, node: VaultNode) -> None:
    """Put a new pair into the node's mounted Secret."""
    site = node.site
    names = [site.server_name, "vault.vault.svc", "127.0.0.1", "localhost"]
    crt, key = cluster.authority.issue(site.name, names)
    swap(site.folder / "tls", {"tls.crt": crt.read_bytes(), "tls.key": key.read_bytes()})


def takes(node: VaultNode) -> bool:
    """Whether a node serves what is mounted."""
    site = mounted(node.site)
    wanted = judge(*read_pair(site.crt, site.key), dt.datetime.now(dt.UTC))
    found = served(site.host, site.api_port)
    return found is not None and found.fingerprint == wanted.fingerprint
