"""Events that a real server wrote, hashed and raw, leave without a secret; rotation under load loses none."""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Self

import pytest

from sightline_vault.observability.audit import rotate
from sightline_vault.observability.audit.counting import DENIED, counted
from sightline_vault.observability.audit.follow import Follower
from sightline_vault.observability.audit.second_device import taken
from tests.support.servers import require
from tests.vault.observability.events import CANARY, hub, scrubber, secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault import VaultNode
    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = pytest.mark.real_servers


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, moto: Moto) -> Iterator[VaultCluster]:
    """One server of the golden cluster's own configuration, with two audit devices: one hashes, one does not."""
    require("vault")
    from sightline_kube.testing.servers import vault_cluster
    from sightline_kube.testing.servers.vault import KmsSeal
    from sightline_vault.testing import by_model

    folder = tmp_path_factory.mktemp("audit")
    seal = KmsSeal(moto.url, moto.create_key())
    with vault_cluster.vault_cluster(folder, seal, count=1, render=by_model(hub())) as made:
        for name, options in (("file", {}), ("raw", {"log_raw": "true"})):
            told = {"type": "file", "options": {"file_path": str(folder / f"{name}.log"), **options}}
            made.nodes[0].ask("PUT", f"sys/audit/{name}", told, token=made.root).expect()
        yield made


def records_of(log: Path, state: Path) -> list[dict[str, Any]]:
    """Return what the shipper makes of a log."""
    follower, scrub = Follower(log, state), scrubber()
    found: list[dict[str, Any]] = []
    while batch := follower.read():
        found += [scrub.line(each) for each in batch.lines]
        follower.delivered(batch)
    follower.close()
    return found


def every_kind(node: VaultNode, root: str) -> int:
    """Ask for something of every kind, with a canary wherever a client may write; return how often it was denied."""
    denied = 0

    def ask(method: str, path: str, body: object = None, token: str = root) -> Any:
        nonlocal denied
        answer = node.ask(method, path, body, token=token)
        denied += answer.status == 403
        return answer.json

    for path, kind in (("secret", "kv"), ("transit", "transit"), ("pki", "pki"), (f"{CANARY}-mount", "kv")):
        ask("PUT", f"sys/mounts/{path}", {"type": kind, "options": {"version": "2"} if kind == "kv" else {}})
    for method in ("userpass", "approle"):
        ask("PUT", f"sys/auth/{method}", {"type": method, "description": CANARY})
    ask("PUT", "sys/config/auditing/request-headers/x-request-note", {"hmac": False})
    ask("PUT", f"sys/policies/acl/{CANARY}", {"policy": 'path "secret/data/a" { capabilities = ["read"] }'})
    ask("PUT", f"auth/userpass/users/{CANARY}", {"password": CANARY, "policies": CANARY})
    login = ask("PUT", f"auth/userpass/login/{CANARY}", {"password": CANARY}, "")
    token = login["auth"]["client_token"]
    ask("PUT", f"auth/userpass/login/{CANARY}", {"password": f"{CANARY}-wrong"}, "")
    denied += 1  # a wrong password is a 400 to the client, and a refusal to us
    ask("PUT", f"auth/approle/role/{CANARY}", {"policies": CANARY})
    role = ask("GET", f"auth/approle/role/{CANARY}/role-id")["data"]["role_id"]
    secret = ask("PUT", f"auth/approle/role/{CANARY}/secret-id", {"metadata": json.dumps({"note": CANARY})})
    ask("PUT", "auth/approle/login", {"role_id": role, "secret_id": secret["data"]["secret_id"]}, "")
    ask("PUT", "secret/data/a", {"data": {f"{CANARY}-key": CANARY, "nested": {CANARY: [CANARY]}}})
    for path in ("secret/data/a", f"secret/data/{CANARY}", "secret/metadata/a", f"{CANARY}-mount/data/x"):
        ask("GET", path)
        ask("GET", path, token=token)
        ask("GET", path, token=f"hvs.{CANARY}")
    ask("LIST", "secret/metadata/", token=token)
    ask("DELETE", f"secret/data/{CANARY}")
    ask("PUT", f"transit/keys/{CANARY}", {})
    plain = base64.b64encode(CANARY.encode()).decode()
    sealed = ask("PUT", f"transit/encrypt/{CANARY}", {"plaintext": plain})["data"]["ciphertext"]
    ask("PUT", f"transit/decrypt/{CANARY}", {"ciphertext": sealed})
    ask("PUT", f"transit/encrypt/{CANARY}", {"plaintext": f"!{CANARY}"})
    ask("PUT", "pki/root/generate/exported", {"common_name": f"{CANARY}.example"})
    ask("PUT", f"pki/roles/{CANARY}", {"allow_any_name": True})
    ask("PUT", f"pki/issue/{CANARY}", {"common_name": f"{CANARY}.example"})
    ask("PUT", f"pki/issue/{CANARY}", {"common_name": f"not a name {CANARY}"})
    wrapped = ask("PUT", "auth/token/create", {"meta": {CANARY: CANARY}, "display_name": CANARY, "id": CANARY})
    ask("PUT", "auth/token/revoke", {"token": (wrapped.get("auth") or {}).get("client_token", CANARY)})
    ask("PUT", "cubbyhole/a", {CANARY: CANARY})
    ask("PUT", "identity/entity", {"name": CANARY, "metadata": {CANARY: CANARY}})
    ask("PUT", "sys/wrapping/unwrap", {"token": f"hvs.{CANARY}"})
    ask("GET", f"nowhere/{CANARY}")
    ask("PUT", "sys/tools/hash", {"input": plain})
    ask("GET", f"sys/internal/ui/mounts/{CANARY}", token=token)
    ask("PUT", "sys/quotas/rate-limit/all", {"rate": 5000.5})
    return denied


def test_no_secret_of_a_real_server_leaves_and_each_denial_is_counted(cluster: VaultCluster, tmp_path: Path) -> None:
    """The canary stands in both logs, in the raw one as values, too, and in nothing that is shipped."""
    node = cluster.nodes[0]
    folder = node.site.folder.parent
    denied = every_kind(node, cluster.root)
    raw, hashed = (folder / f"{name}.log" for name in ("raw", "file"))
    assert raw.read_text().count(CANARY) > hashed.read_text().count(CANARY) > 20
    for log in (raw, hashed):
        records = records_of(log, tmp_path / f"{log.name}.position")
        said = json.dumps(records)
        assert not [each for each in secrets() if each in said]
        assert all(each["outcome"] != "unknown" for each in records)
        assert any(each.get("raw") for each in records) == (log == raw)
        counts = counted(records)
        assert sum(value for (name, _), value in counts.items() if name == DENIED) == denied > 8
        kinds = {each["request"].get("mount_type") for each in records}
        assert {"kv", "transit", "pki", "system", "userpass", "approle", "token", "identity", "cubbyhole"} <= kinds
        # What the same device writes to standard output leaves its type alone.
        assert {taken(line) for line in log.read_text().splitlines()} == {
            f'{{"device":"stdout","type":"{kind}"}}' for kind in ("request", "response")
        }


class Clients:
    """Four threads that write until they are told to stop, and count what was answered."""

    def __init__(self, node: VaultNode, token: str) -> None:
        self._stop = threading.Event()
        self._node, self._token = node, token
        self.answered = [0] * 4
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(4)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(20)

    def _write(self, number: int) -> None:
        while not self._stop.is_set():
            told = {"data": {"run": str(uuid.uuid4())}}
            self.answered[number] += self._node.ask("PUT", f"cubbyhole/{number}", told, token=self._token).ok


def drained(follower: Follower) -> list[str]:
    """Ship what is there; return the ids of the answers to the clients."""
    found, scrub = [], scrubber()
    while batch := follower.read():
        records = [scrub.line(each) for each in batch.lines]
        found += [
            str(each["request"]["id"])
            for each in records
            if each["type"] == "response" and each["request"].get("mount_type") == "cubbyhole"
        ]
        follower.delivered(batch)
    return found


def test_rotation_under_load_loses_no_event_and_repeats_none(cluster: VaultCluster, tmp_path: Path) -> None:
    """Four clients write while the log is renamed and the server told six times: each answer is shipped once."""
    node = cluster.nodes[0]
    log = node.site.folder.parent / "file.log"
    follower = Follower(log, tmp_path / "position")
    drained(follower)
    shipped: list[str] = []
    with Clients(node, cluster.root) as clients:
        for turn in range(6):
            time.sleep(0.3)
            assert rotate.rotated(log, 0, f"{turn}") is not None
            rotate.reopen([node.server.pid])
            until = time.monotonic() + 10
            while not log.exists() and time.monotonic() < until:
                shipped += drained(follower)
            if turn == 3:
                # A shipper that was restarted goes on, too.
                follower.close()
                follower = Follower(log, tmp_path / "position")
    shipped += drained(follower)
    assert len(follower.read_wholly()) >= 5
    follower.close()
    assert len(shipped) == len(set(shipped)) == sum(clients.answered)
    assert len(shipped) > 50
