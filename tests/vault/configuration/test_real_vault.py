"""Plan, apply and drift on a real server: they converge, from wherever they were ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sightline_vault.client import Secret, VaultClient
from sightline_vault.client.wire import HvacWire
from sightline_vault.configuration.apply import Outcome, apply
from sightline_vault.configuration.plan import Action, Plan, plan
from sightline_vault.configuration.policy_text import to_text
from sightline_vault.configuration.providers import providers
from sightline_vault.configuration.reading import OnceEach
from sightline_vault.configuration.rights import rights
from sightline_vault.configuration.things import Wish
from tests.vault.configuration.canned import HUB, hub
from tests.vault.configuration.cutting import CutWire, Killed, killing_proxy, sink
from tests.vault.one_node import model_for, one_node, root_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster
    from sightline_vault.model import VaultClusterSpec

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(180)]

DO = (Action.CREATE, Action.UPDATE, Action.DELETE)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, moto: Moto) -> Iterator[VaultCluster]:
    """A server of this module's own."""
    with one_node(tmp_path_factory.mktemp("vault"), moto) as made:
        yield made


@pytest.fixture
def model(node: VaultCluster) -> Iterator[VaultClusterSpec]:
    """The hub with a root certificate; whatever a test left is taken away after it."""
    spec = model_for(node.nodes[0])
    root = {"common_name": "services", "key_type": "ec", "ttl": "8760h"}
    pki = replace(spec.mounts[2], config={**spec.mounts[2].config, "root": root})
    yield replace(spec, mounts=(*spec.mounts[:2], pki))
    wipe(root_client(node), spec)


def planned(client: VaultClient, spec: VaultClusterSpec, **options: Any) -> Plan:
    """Plan against the server."""
    return plan(Wish(spec), OnceEach(client), **options)


def things(spec: VaultClusterSpec) -> int:
    """Count what a model asks for."""
    return sum(len(list(each.wanted(Wish(spec)))) for each in providers().values())


def done(made: Plan, client: VaultClient) -> list[str]:
    """Apply; return what was refused."""
    outcomes: list[Outcome] = []
    apply(made, client, outcomes.append)
    return [f"{each.change.name}: {each.error}" for each in outcomes if each.error]


def wipe(client: VaultClient, spec: VaultClusterSpec) -> None:
    """Prune everything, and give Raft the settings that a new server has."""
    bare = replace(spec, audit=(), clusters=(), policies=(), mounts=(), roles=(), quotas=(), transit=(), pki_roles=())
    everything = [each.name for each in spec.audit] + [each.path for each in spec.mounts]
    everything += [f"kubernetes/{each.name}" for each in spec.clusters]
    bare = replace(bare, autopilot=replace(bare.autopilot, cleanup_dead_servers=False, min_quorum=0))
    assert done(planned(client, bare, prune=True, destroy=everything), client) == []


def test_the_hub_is_applied_once_and_then_there_is_nothing_to_do(node: VaultCluster, model: VaultClusterSpec) -> None:
    """All of the model, its root included; the second plan is empty, and drift finds nothing."""
    client = root_client(node)
    first = planned(client, model)
    assert len(first.of(*DO)) == things(model)
    assert done(first, client) == []
    again = planned(client, model)
    assert (again.of(*DO, Action.UNMANAGED), again.blocked) == ((), False)
    assert len(client.list("pki/issuers")) == 1


DRIFT: dict[str, tuple[str, dict[str, Any]]] = {
    "role kubernetes/prod/payments": (
        "auth/kubernetes/prod/role/payments",
        {"bound_service_account_namespaces": "*", "token_ttl": "10h", "token_max_ttl": "10h"},
    ),
    "policy payments": ("sys/policies/acl/payments", {"policy": 'path "*" { capabilities = ["sudo"] }'}),
    "mount secret": ("sys/mounts/secret/tune", {"audit_non_hmac_response_keys": "data", "max_lease_ttl": "1h"}),
    "auth kubernetes/hub": ("sys/auth/kubernetes/hub/tune", {"listing_visibility": "unauth", "description": "x"}),
    "auth-config kubernetes/nonprod": (
        "auth/kubernetes/nonprod/config",
        {"kubernetes_host": "https://127.0.0.1:1", "disable_local_ca_jwt": True},
    ),
    "mount-config pki/config/urls": ("pki/config/urls", {"issuing_certificates": "http://elsewhere"}),
    "quota everything": ("sys/quotas/rate-limit/everything", {"rate": 1000}),
    "autopilot raft": ("sys/storage/raft/autopilot/configuration", {"cleanup_dead_servers": False}),
    "pki-role pki/services": ("pki/roles/services", {"allow_any_name": True, "allowed_domains": "com"}),
    "transit-key transit/orders": ("transit/keys/orders/config", {"deletion_allowed": True, "auto_rotate_period": "0"}),
}


def test_what_somebody_changed_by_hand_is_found_and_put_back(node: VaultCluster, model: VaultClusterSpec) -> None:
    """One change of each kind, each found as that change alone, and mended by one apply."""
    client = root_client(node)
    done(planned(client, model), client)
    for name, (path, body) in DRIFT.items():
        client.write(path, body)
        assert [each.name for each in planned(client, model).of(*DO)] == [name]
        assert done(planned(client, model), client) == []
        assert planned(client, model).empty, name
    client.delete("sys/audit/stdout")
    client.write(
        "sys/audit/stdout", {"type": "file", "options": {"file_path": "stdout", "log_raw": "true"}}, method="PUT"
    )
    assert [each.name for each in planned(client, model).of(*DO)] == ["audit stdout"]
    assert done(planned(client, model), client) == []
    assert planned(client, model).empty


def test_what_is_not_in_the_model_stays_until_it_is_named(node: VaultCluster, model: VaultClusterSpec) -> None:
    """A policy goes by --prune; a mount and a key only by their names, and the key although it was protected."""
    client = root_client(node)
    done(planned(client, model), client)
    client.write("sys/policies/acl/old", {"policy": 'path "old/*" { capabilities = ["read"] }'})
    client.write("sys/mounts/old", {"type": "kv"})
    client.write("transit/keys/old")
    unmanaged = ["transit-key transit/old", "policy old", "mount old"]
    assert sorted(each.name for each in planned(client, model).of(Action.UNMANAGED)) == sorted(unmanaged)
    assert done(planned(client, model, prune=True), client) == []
    assert {each.key for each in planned(client, model).of(Action.UNMANAGED)} == {"old", "transit/old"}
    assert done(planned(client, model, prune=True, destroy=["old", "transit/old"]), client) == []
    assert planned(client, model).of(*DO, Action.UNMANAGED) == ()


def test_an_apply_that_ends_at_any_request_is_finished_by_the_next(
    node: VaultCluster, model: VaultClusterSpec, record_property: Callable[[str, object], None]
) -> None:
    """For every write, done by Vault and not answered: run again, and the plan is empty, with one root, no stranger.

    What is cut before a write leaves what is cut after the one before it.
    """
    client = root_client(node)
    first = planned(client, model)
    whole = CutWire(HvacWire(client.connection))
    done(first, VaultClient(client.connection, client.token, wire=whole))
    record_property("writes", len(whole.writes))
    for number in range(len(whole.writes)):
        wipe(client, model)
        wire = CutWire(HvacWire(client.connection), number)
        with pytest.raises(Killed):
            done(first, VaultClient(client.connection, client.token, wire=wire))
        left = planned(client, model)
        assert len(left.of(*DO)) == len(whole.writes) - number - 1
        assert done(left, client) == []
        assert planned(client, model).of(*DO, Action.UNMANAGED) == ()
        assert len(client.list("pki/issuers")) == 1


@pytest.fixture
def file(node: VaultCluster, model: VaultClusterSpec, tmp_path: Path) -> Iterator[str]:
    """A model that the command reads: the hub's file, for a server that is in no pod."""
    document = yaml.safe_load(HUB.read_text())
    document["clusters"][0]["ca"] = model.clusters[0].ca
    with sink() as address:
        document["audit"][0] = {"name": "file", "kind": "socket", "address": address}
        path = tmp_path / "hub.yaml"
        path.write_text(yaml.safe_dump(document))
        yield str(path)
        # The device has to go before what it writes to.
        wipe(root_client(node), model)


def test_no_root_token_is_needed(node: VaultCluster, model: VaultClusterSpec) -> None:
    """By the policies that the model's own shape gives: one token sees all and changes nothing, one applies all."""
    root = root_client(node)

    def holder(write: bool) -> VaultClient:  # noqa: FBT001 - which of the two
        policy = "configuring" if write else "looking"
        root.write(f"sys/policies/acl/{policy}", {"policy": to_text(rights(Wish(model), write=write))})
        told = root.write("auth/token/create", {"policies": [policy], "no_default_policy": True})
        return root.with_token(Secret(told["auth"]["client_token"]))

    reader, writer = holder(write=False), holder(write=True)
    before = planned(reader, model)
    assert before == planned(root, model)
    refused = done(before, reader)
    assert (len(refused), all("permission denied" in each for each in refused)) == (things(model), True)
    assert done(before, writer) == []
    for path, body in DRIFT.values():
        root.write(path, body)
    assert done(planned(writer, model), writer) == []
    assert planned(reader, model).empty
    for name in ("looking", "configuring"):
        root.delete(f"sys/policies/acl/{name}")


def command(*arguments: str, token: str) -> subprocess.Popen[str]:
    """Start `sightline vault …`."""
    program = str(Path(sys.executable).parent / "sightline")
    environment = {"PATH": os.defpath, "VAULT_TOKEN": token}
    return subprocess.Popen(
        [program, "vault", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for it."""
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [0, 9, 18, 25])
def test_a_command_killed_at_a_write_is_finished_by_the_next(node: VaultCluster, file: str, number: int) -> None:
    """SIGKILL when Vault has done the n-th write and not answered; the next run ends with 0, and the plan is empty."""
    where = ["--address", node.nodes[0].site.api, "--ca-file", str(node.nodes[0].site.ca)]
    with killing_proxy(node.nodes[0], number) as (address, victim):
        process = command("apply", file, "--address", address, token=node.root)
        victim.append(process.pid)
        code, _, err = finished(process)
    assert code == -signal.SIGKILL, err
    assert finished(command("apply", file, *where, token=node.root))[0] == 0
    assert finished(command("plan", file, *where, token=node.root))[0] == 0


def test_the_commands_answer_by_their_exit_codes(node: VaultCluster, file: str, tmp_path: Path) -> None:
    """1 for changes, 0 for none, 1 for a stale plan and for drift, 2 for a wrong token; no output holds the token."""
    saved = str(tmp_path / "plan.json")
    where = ["--address", node.nodes[0].site.api, "--ca-file", str(node.nodes[0].site.ca)]
    code, out, err = finished(command("plan", file, *where, "--out", saved, token=node.root))
    wanted = things(hub())
    last = f"{wanted - 1} to create, 1 to update, 0 to delete, 0 unmanaged, 0 unchanged"
    assert (code, out.splitlines()[-1]) == (1, last)
    assert node.root not in out + err + Path(saved).read_text()
    code, out, _ = finished(command("apply", file, *where, "--plan", saved, "--json", token=node.root))
    told = json.loads(out)
    assert (code, len(told["data"]["outcomes"])) == (0, wanted)
    assert [each["code"] for each in told["diagnostics"]] == ["VLT204"] * 2
    code, out, _ = finished(command("apply", file, *where, "--plan", saved, "--json", token=node.root))
    assert (code, [each["code"] for each in json.loads(out)["diagnostics"]]) == (1, ["VLT204", "VLT204", "VLT203"])
    assert finished(command("drift", file, *where, token=node.root))[0] == 0
    root_client(node).write("sys/policies/acl/stranger", {"policy": "# nothing"})
    code, out, _ = finished(command("drift", file, *where, token=node.root))
    assert (code, out.splitlines()[0]) == (1, "? policy stranger")
    code, out, err = finished(command("plan", file, *where, token="hvs.wrong"))
    assert (code, out) == (2, "")
    assert "permission denied" in err
    code, out, _ = finished(command("status", *where, "--json", token=node.root))
    told = json.loads(out)["data"]
    assert (code, [each["state"] for each in told["nodes"]], told["autopilot"]["healthy"]) == (0, ["active"], True)
