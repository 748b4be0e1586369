"""Three real Vault servers: up over TLS and sealed by KMS, saved, bereft of their leader, asked by service accounts."""

from __future__ import annotations

import io
import ssl
import tarfile
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_kube.testing.servers import vault_cluster as servers
from sightline_kube.testing.servers.vault import KmsSeal, Site
from tests.support.servers import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer
    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(300)]


@pytest.fixture
def mount(vault_cluster: VaultCluster) -> Iterator[str]:
    """A key-value store of the test's own."""
    path = f"kv-{time.monotonic_ns()}"
    vault_cluster.ask("POST", f"sys/mounts/{path}", {"type": "kv"}).expect()
    yield path
    vault_cluster.ask("DELETE", f"sys/mounts/{path}").expect()


def test_three_voters_over_tls_of_which_one_leads(vault_cluster: VaultCluster) -> None:
    """They found each other by name; a client that trusts another authority gets no connection."""
    peers = vault_cluster.ask("GET", "sys/storage/raft/configuration").expect()["data"]["config"]["servers"]
    assert sorted(each["node_id"] for each in peers) == ["vault-0", "vault-1", "vault-2"]
    assert [each["voter"] for each in peers] == [True, True, True]
    assert sum(node.leads for node in vault_cluster.nodes) == 1
    assert {node.health()["cluster_id"] for node in vault_cluster.nodes} == {vault_cluster.cluster_id()}
    seal = vault_cluster.ask("GET", "sys/seal-status").expect()
    assert (seal["type"], seal["recovery_seal"], seal["sealed"]) == ("awskms", True, False)


def test_a_snapshot_is_whole(vault_cluster: VaultCluster) -> None:
    """The leader gives the four members, the sealed sum among them."""
    with tarfile.open(fileobj=io.BytesIO(vault_cluster.snapshot()), mode="r:gz") as archive:
        assert archive.getnames() == ["meta.json", "state.bin", "SHA256SUMS", "SHA256SUMS.sealed"]


def test_a_killed_leader_takes_no_acknowledged_write_along(
    vault_cluster: VaultCluster, mount: str, record_property: Callable[[str, object], None]
) -> None:
    """Whatever was answered with a yes is there after another node leads; then the killed one comes back as a voter."""
    acknowledged: list[tuple[float, int]] = []
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            try:
                if vault_cluster.ask("POST", f"{mount}/{number}", {"n": number}, timeout=2).ok:
                    acknowledged.append((time.monotonic(), number))
            except OSError:
                time.sleep(0.01)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        time.sleep(1)
        leader = vault_cluster.leader()
        killed = time.monotonic()
        leader.kill()
        first = vault_cluster.leader(60)
        time.sleep(2)
    finally:
        done.set()
        writer.join()
    after = [at - killed for at, _ in acknowledged if at > killed]
    assert first is not leader
    assert after, "no write was acknowledged after the kill"
    record_property("outage_s", round(max(b - a for a, b in zip([0.0, *after], after, strict=False)), 2))
    lost = [n for _, n in acknowledged if vault_cluster.ask("GET", f"{mount}/{n}").json["data"] != {"n": n}]
    assert lost == []
    leader.start()
    vault_cluster.healthy()


def test_a_login_is_for_the_role_s_audience_only(vault_cluster: VaultCluster, kube_apiserver: KubeApiServer) -> None:
    """Vault asks the real API server: a token made for it logs in, for a short time; one made for another does not."""
    cluster = kube_apiserver
    cluster.namespace("logins")
    for name in ("app", "reviewer"):
        cluster.service_account("logins", name)
    cluster.bind("system:auth-delegator", "logins", "reviewer")
    vault_cluster.ask("POST", "sys/auth/logins", {"type": "kubernetes"}).expect()
    reviewer = cluster.token_of("logins", "reviewer")
    where = {"kubernetes_host": cluster.url, "kubernetes_ca_cert": cluster.ca.read_text()}
    vault_cluster.ask("POST", "auth/logins/config", {**where, "token_reviewer_jwt": reviewer}).expect()
    role = {
        "bound_service_account_names": ["app"],
        "bound_service_account_namespaces": ["logins"],
        "audience": "vault",
        "token_ttl": "5m",
        "token_policies": ["default"],
    }
    vault_cluster.ask("POST", "auth/logins/role/app", role).expect()

    def login(audience: str) -> tuple[int, dict[str, object]]:
        body = {"role": "app", "jwt": cluster.token_of("logins", "app", [audience])}
        answer = vault_cluster.ask("POST", "auth/logins/login", body)
        return answer.status, answer.json

    status, told = login("vault")
    assert (status, told["auth"]["lease_duration"]) == (200, 300)  # type: ignore[index]
    status, told = login("another")
    assert status in {400, 403}
    assert "audience" in str(told["errors"])
    vault_cluster.ask("DELETE", "sys/auth/logins").expect()


def test_a_cold_restart_is_unsealed_by_kms(vault_cluster: VaultCluster, mount: str) -> None:
    """All nodes killed at once come back by themselves, with what was written."""
    vault_cluster.ask("POST", f"{mount}/before", {"n": 1}).expect()
    for node in vault_cluster.nodes:
        node.kill()
    vault_cluster.start()
    vault_cluster.healthy()
    assert vault_cluster.ask("GET", f"{mount}/before").expect()["data"] == {"n": 1}


def test_a_certificate_is_swapped_without_a_failed_request(vault_cluster: VaultCluster) -> None:
    """A new pair and SIGHUP: clients see the new certificate, and none of them is refused meanwhile."""
    node = vault_cluster.leader()
    where = (node.site.host, node.site.api_port)
    failed: list[object] = []
    asked = 0
    done = threading.Event()

    def read() -> None:
        nonlocal asked
        while not done.is_set():
            asked += 1
            try:
                answer = node.ask("GET", "sys/mounts", token=vault_cluster.root)
                failed.extend([] if answer.ok else [answer])
            except OSError as error:
                failed.append(error)

    def changed(before: str) -> bool:
        return ssl.get_server_certificate(where) != before

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(5):
            before = ssl.get_server_certificate(where)
            vault_cluster.authority.issue(node.site.crt.stem, [node.site.server_name, "127.0.0.1", "localhost"])
            node.reload()
            node.server.until(partial(changed, before), 10, "take the new pair")
    finally:
        done.set()
        reader.join()
    assert failed == []
    assert asked > 5


def test_a_configuration_that_vault_refuses_is_told(tmp_path: Path, moto: Moto) -> None:
    """What a model renders wrongly fails with Vault's own words, not with a deadline."""
    require("vault")

    def broken(site: Site, peers: Sequence[Site], seal: KmsSeal) -> str:
        assert not peers
        return f'api_addr = "{site.api}"\nseal "awskms" {{ endpoint = "{seal.endpoint}" }}\nstorage {{'

    with (
        servers.servers(tmp_path, KmsSeal(moto.url, "no-key"), count=1, render=broken) as cluster,
        pytest.raises(SightlineError, match="vault-0 ended with 1") as caught,
    ):
        cluster.start()
    assert "error loading configuration" in caught.value.why.lower()
