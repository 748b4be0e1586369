"""The upgrade of docs/runbooks/vault/upgrade.md on real servers of two versions.

The newer one is `vault-next`: named by SIGHTLINE_VAULT_NEXT, such as a 1.21.1 built as platform/tools/vault is.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.support.servers import require
from tests.vault.observability.events import hub

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = pytest.mark.real_servers


class Writer:
    """Writes one key after another, and remembers which were acknowledged and the longest time between two."""

    def __init__(self, cluster: VaultCluster) -> None:
        self._cluster = cluster
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self.written = 0
        self.longest_s = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(20)

    def _write(self) -> None:
        last = time.monotonic()
        while not self._stop.is_set():
            try:
                done = self._cluster.ask("PUT", f"secret/{self.written}", {"v": "x"}, timeout=2).ok
            except OSError:
                done = False
            if done:
                self.longest_s = max(self.longest_s, time.monotonic() - last)
                last = time.monotonic()
                self.written += 1


def test_servers_are_replaced_by_a_newer_version_without_a_lost_write(tmp_path: Path, moto: Moto) -> None:
    """Standbys first, each once the one before is a healthy voter, the leader last: one election."""
    require("vault", "vault-next")
    from sightline_kube.testing.servers import vault_cluster
    from sightline_kube.testing.servers.program import need
    from sightline_kube.testing.servers.vault import KmsSeal
    from sightline_vault.testing import by_model

    seal = KmsSeal(moto.url, moto.create_key())
    with vault_cluster.vault_cluster(tmp_path, seal, render=by_model(hub())) as cluster:
        cluster.ask("PUT", "sys/mounts/secret", {"type": "kv"}).expect()
        old = cluster.nodes[0].health()["version"]
        leader, writer = cluster.leader(), Writer(cluster)
        writer.start()
        try:
            for node in [*(each for each in cluster.nodes if each is not leader), leader]:
                assert cluster.leader() is leader
                node.stop()
                node.server.command[0] = need("vault-next")
                node.start()
                node.answering()
                cluster.healthy()
        finally:
            writer.stop()
        new = {node.health()["version"] for node in cluster.nodes}
        assert len(new) == 1
        assert old not in new
        assert writer.written > 20
        assert not [number for number in range(writer.written) if not cluster.ask("GET", f"secret/{number}").ok]
        assert writer.longest_s < 10
        assert {old, *new} <= {*cluster.ask("LIST", "sys/version-history").json["data"]["keys"]}
