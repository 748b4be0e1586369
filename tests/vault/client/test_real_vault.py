"""The client against three real servers: a leader that dies, certificates by name, what each node says of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sightline_vault.client import Connection, NoAnswerError, Secret, VaultClient
from sightline_vault.client.autopilot import configuration, state
from sightline_vault.client.client import Patience
from sightline_vault.client.health import health

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(180)]

ONCE = Patience(rounds=1)


def connection(cluster: VaultCluster) -> Connection:
    """Return all nodes, the leader first."""
    leader = cluster.leader()
    nodes = [leader, *(each for each in cluster.nodes if each is not leader)]
    return Connection(tuple(each.site.api for each in nodes), leader.site.ca)


def test_a_killed_leader_costs_a_pause_and_no_request(vault_cluster: VaultCluster) -> None:
    """Writes go on over the election, none is refused, and the node is told as silent until it is back."""
    where = connection(vault_cluster)
    client = VaultClient(where, Secret(vault_cluster.root))
    client.write("sys/mounts/failover", {"type": "kv"})
    leader = vault_cluster.leader()
    try:
        for number in range(20):
            if number == 5:
                leader.kill()
            client.write(f"failover/{number}", {"n": number})
        assert [client.read(f"failover/{n}")["data"]["n"] for n in range(20)] == list(range(20))  # type: ignore[index]
        assert [health(client, each).state for each in where.addresses].count("silent") == 1
    finally:
        leader.start()
        vault_cluster.healthy()
        client.delete("sys/mounts/failover")
    assert sorted(health(client, each).state for each in where.addresses) == ["active", "standby", "standby"]


def test_autopilot_is_told_by_any_node(vault_cluster: VaultCluster) -> None:
    """State and settings, which hvac does not know, also from a standby."""
    where = connection(vault_cluster)
    for address in where.addresses:
        client = VaultClient(replace(where, addresses=(address,)), Secret(vault_cluster.root))
        told = state(client)
        assert (told.healthy, told.failure_tolerance, len(told.voters), len(told.servers)) == (True, 1, 3, 3)
        assert told.leader == vault_cluster.leader().site.name
        assert configuration(client)["server_stabilization_time"] == 10


def test_a_certificate_is_checked_against_the_authority_and_the_name(
    vault_cluster: VaultCluster, tmp_path: Path
) -> None:
    """Another name or another authority: nothing is sent. The right name is asked for by SNI and accepted."""
    from sightline_kube.testing.servers.tls import Authority

    site = vault_cluster.nodes[0].site
    where = Connection((site.api,), site.ca, site.server_name)
    secret = Secret(vault_cluster.root)
    assert VaultClient(where, secret, patience=ONCE).read("auth/token/lookup-self")
    stranger = Authority(tmp_path / "tls", "another authority").ca
    refused = {
        "doesn't match": replace(where, server_name="another"),
        "verify failed": replace(where, ca_file=stranger),
    }
    for words, wrong in refused.items():
        with pytest.raises(NoAnswerError) as caught:
            VaultClient(wrong, secret, patience=ONCE).read("auth/token/lookup-self")
        assert not caught.value.maybe_done
        assert words in caught.value.why
        assert vault_cluster.root not in caught.value.frame()
