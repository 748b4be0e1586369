"""A cluster moves to another KMS key by a restart: Vault opens what the old one sealed, and seals it by the new one.

There is no `disabled = "true"` of a second seal here: that moves between kinds of seals, and a second one at once is
Enterprise's. <https://developer.hashicorp.com/vault/docs/concepts/seal#seal-migration>
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sightline_kube.testing.servers import kms_faults
from sightline_kube.testing.servers import vault_cluster as servers
from sightline_kube.testing.servers.asking import Answer
from sightline_kube.testing.servers.vault import KmsSeal, VaultNode
from sightline_vault.testing import by_model
from tests.support.servers import require
from tests.vault.chart.clusters import hub
from tests.vault.cluster.recovery import new_root

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_kube.testing.servers.moto import Moto

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(120)]


class Gone:
    """KMS without one of its keys: what that sealed is not opened."""

    def __init__(self, kms: kms_faults.FaultyKms) -> None:
        self._answer = kms.answer
        self.key = ""
        self.used: list[tuple[str, str]] = []
        setattr(kms, "answer", self.answer)  # noqa: B010 - mypy takes a method for fixed

    def answer(self, operation: str, body: bytes, headers: dict[str, str]) -> Answer | None:
        answer = self._answer(operation, body, headers)
        key = str(answer.json.get("KeyId", "")).rpartition("/")[2] if answer is not None and answer.ok else ""
        if key:
            self.used.append((operation, key))
        if key and key == self.key:
            return Answer(400, json.dumps({"__type": "DisabledException", "message": f"{key} is disabled."}).encode())
        return answer


def test_after_a_restart_by_the_new_key_the_old_one_is_needed_no_more(tmp_path: Path, moto: Moto) -> None:
    """The leader seals its root key anew as it takes over; then it starts without the old key, and not before."""
    require("vault")
    old, new = moto.create_key(), moto.create_key()
    with kms_faults.faulty_kms(moto.url) as kms:
        gone, seal, render = Gone(kms), KmsSeal(kms.url, old), by_model(hub())
        with servers.vault_cluster(tmp_path, seal, count=1, render=render) as cluster:
            (node,) = cluster.nodes
            cluster.ask("POST", "sys/mounts/kv", {"type": "kv"}).expect()
            cluster.ask("POST", "kv/kept", {"n": 1}).expect()
            node.stop()

            moved = VaultNode(node.site, render(node.site, [], replace(seal, key_id=new)), seal.environment)
            cluster.nodes = [moved]
            try:
                gone.key = old
                moved.start()
                moved.answering()
                assert moved.health()["sealed"], "the old key is needed until the new one has sealed"
                gone.key = ""
                cluster.leader()
                gone.used.clear()
                moved.stop()

                gone.key = old
                moved.start()
                cluster.leader()
                assert cluster.ask("GET", "kv/kept").expect()["data"] == {"n": 1}
                # The recovery key is sealed, too, and opened only when it is compared.
                root = new_root(moved, [cluster.recovery_key()])
                assert moved.ask("GET", "kv/kept", token=root).ok
                assert {key for _, key in gone.used} == {new}
            finally:
                moved.server.close()
