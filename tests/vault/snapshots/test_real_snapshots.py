"""Snapshots of a real server, from taking one to the drill that fails for a poisoned one."""

from __future__ import annotations

import datetime as dt
import http.client
import io
import json
import os
import random
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.cli import run
from sightline_datadog.clock import utc_now
from sightline_vault.client import Connection, Secret, VaultClient
from sightline_vault.snapshots import manifest as manifests
from sightline_vault.snapshots import throwaway
from sightline_vault.snapshots.aws import AwsKms
from sightline_vault.snapshots.catalogue import entries, key_of
from sightline_vault.snapshots.checking import check
from sightline_vault.snapshots.deposit import deposit
from sightline_vault.snapshots.s3 import PART, S3Store
from sightline_vault.snapshots.source import VaultSource
from sightline_vault.snapshots.store import LockedError, TakenError
from sightline_vault.snapshots.take import Job, take
from tests.support.servers import require
from tests.vault.snapshots.changing import Changing
from tests.vault.snapshots.estates import Estate, estate, s3_client
from tests.vault.snapshots.files import corruptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster
    from sightline_vault.snapshots.manifest import Manifest

pytestmark = pytest.mark.real_servers
SIGHTLINE = str(Path(sys.executable).parent / "sightline")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, moto: Moto) -> Iterator[Estate]:
    """One node by the hub's model."""
    require("vault")
    with estate(tmp_path_factory.mktemp("snapshots") / "one", moto) as found:
        yield found


@pytest.fixture(autouse=True)
def _environment(made: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**made.environ, "VAULT_TOKEN": made.cluster.root}.items():
        monkeypatch.setenv(name, value)


def taken(made: Estate) -> tuple[bytes, Manifest]:
    """Return a snapshot of the server as it is."""
    source = VaultSource(made.client())
    job = Job(source, AwsKms(made.spec.region), "test", utc_now, canary=made.spec.snapshots.canary)
    found = take(job, made.folder)
    with found.file as file:
        file.seek(0)
        return file.read(), found.manifest


def store(made: Estate) -> S3Store:
    return S3Store(made.spec.snapshots.bucket, made.spec.region, "alias/store")


def program() -> str:
    from sightline_kube.testing.servers.program import need

    return f"--program={need('vault')}"


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Run a snapshot command for its code and its JSON."""
    capsys.readouterr()
    code = run(["vault", "snapshot", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_from_the_server_into_the_bucket_and_back(
    made: Estate, moto: Moto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Taken, stored, copied to another region, listed, verified, rehearsed, and restored over what came after."""
    s3_client(moto, "us-east-1").create_bucket(Bucket=f"{made.spec.name}-replica", ObjectLockEnabledForBucket=True)
    replica = f"--replica={made.spec.name}-replica"
    code, told = answer(capsys, "take", made.model, *made.asking, *made.signing, replica, "--prune")
    assert code == 0, told
    key = key_of(made.spec.snapshots.prefix, manifest := entry(made).manifest or pytest.fail("no manifest"))
    assert told["data"]["stored"] == [f"s3://{bucket}/{key}" for bucket in (made.spec.snapshots.bucket, replica[10:])]
    assert manifest.kms_key.endswith(made.seal_key)
    stat = store(made).stat(key)
    assert stat is not None
    assert (stat.locked_until or utc_now()).date() > utc_now().date()

    code, told = answer(capsys, "list", made.model, *made.trusting)
    assert (code, told["data"][0]["key"], told["data"][0]["whole"]) == (0, key, True)
    code, told = answer(capsys, "verify", made.model, key, *made.trusting)
    assert (code, told["data"][0]["ok"]) == (0, True)

    report = tmp_path / "report.json"
    drilled = ["drill", made.model, *made.signing, *made.trusting, program(), f"--report={report}"]
    code, told = answer(capsys, *drilled)
    assert code == 0, told
    assert told["data"]["rto_s"] < made.spec.snapshots.recovery_time_s
    assert json.loads(report.read_text()) == told["data"]["report"]

    made.cluster.ask("POST", "secret/data/after", {"data": {"written": "after"}}).expect()
    asked = ["restore", made.model, key, *made.asking, *made.trusting, f"--folder={made.folder}"]
    assert run(["vault", "snapshot", *asked]) == 1
    assert made.cluster.ask("GET", "secret/data/after").ok
    code, told = answer(capsys, *asked, "--confirm=vault")
    assert (code, told["data"]["restored"]) == (0, True), told
    assert made.cluster.ask("GET", "secret/data/after").status == 404
    assert not [each for each in made.folder.iterdir() if each.name.startswith(("drill-", "."))]


def entry(made: Estate) -> Any:
    found = next(entries(store(made), made.spec.snapshots.prefix, [made.key.verifier()]), None)
    assert found is not None
    return found


@pytest.mark.timeout(300)
def test_a_thousand_corruptions_of_a_real_snapshot_are_detected(made: Estate) -> None:
    """By the manifest all of them; without it, all but flips in what no sum of gzip's covers."""
    whole, manifest = taken(made)
    other, _ = taken(made)
    kms = AwsKms(made.spec.region)
    assert check(iter([whole]), "whole", manifest, kms).ok
    total, alone = Counter[str](), Counter[str]()
    for kind, content in corruptions(whole, other, 1000, seed=20261125):
        assert content != whole
        assert not check(iter([content]), kind, manifest, kms).ok, kind
        total[kind] += 1
        alone[kind] += not check(iter([content]), kind, kms=kms).ok
    assert total.total() == 1000
    unseen = {kind for kind in total if alone[kind] < total[kind]}
    assert unseen <= {"header bit flipped", "bit flipped", "state swapped, sums too"}


def drill_of(
    made: Estate, content: bytes, manifest: Manifest, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, Any]:
    """Store a snapshot under a signed manifest, and drill it."""
    signed = manifests.sign(manifest, [made.key])
    prefix = made.spec.snapshots.prefix
    key = deposit(store(made), prefix, io.BytesIO(content), manifest=manifest, signed=signed, lock_days=0)
    return answer(capsys, "drill", made.model, *made.signing, *made.trusting, program(), f"--snapshot={key}", *more)


def test_a_poisoned_snapshot_fails_the_drill(made: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    """Whole in every byte and rightly signed, it lacks the canary that its manifest promises: exit 1, named, and told.

    What the Agent hears is what the monitor `vault-drill-failed` asks for.
    """
    content, manifest = taken(made)
    assert manifest.canary is not None
    wrong = replace(manifest, canary=replace(manifest.canary, sha256="0" * 64))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as agent:
        agent.bind(("127.0.0.1", 0))
        agent.settimeout(5)
        where = f"--statsd=127.0.0.1:{agent.getsockname()[1]}"
        code, told = drill_of(made, content, wrong, capsys, where)
        heard = [agent.recv(65536).decode() for _ in range(4)]
    assert (code, [each["code"] for each in told["diagnostics"]]) == (1, ["VLT305"])
    assert told["data"]["report"]["payloadType"] == "application/vnd.in-toto+json"
    assert heard[0] == "vault.drill.failed:1|c|#env:prod,service:vault,team:platform"
    assert heard[3].startswith("_e{20,")
    assert "VLT305" in heard[3]
    assert "|t:error|" in heard[3]


def test_an_old_snapshot_of_another_cluster_fails_the_drill(made: Estate, capsys: pytest.CaptureFixture[str]) -> None:
    """Another cluster comes out of it than its manifest says, and of a year ago, however well it restores."""
    content, manifest = taken(made)
    old = manifest.taken_at.replace(year=manifest.taken_at.year - 1)
    code, told = drill_of(made, content, replace(manifest, cluster_id="other", taken_at=old), capsys)
    assert (code, [each["code"] for each in told["diagnostics"]]) == (1, ["VLT304", "VLT306"])


def test_a_drill_that_is_killed_leaves_no_server_and_its_state_is_swept(made: Estate) -> None:
    """The kernel ends the server with the drill; the folder, which holds a cluster's state, goes with the next one."""
    assert run(["vault", "snapshot", "take", made.model, *made.asking, *made.signing]) == 0
    command = [SIGHTLINE, "vault", "snapshot", "drill", made.model, *made.signing, *made.trusting, program()]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert within(20, lambda: servers_of(made.folder))
    process.kill()
    process.wait()
    assert within(5, lambda: not servers_of(made.folder))
    assert list(made.folder.glob("drill-*"))
    throwaway._sweep(made.folder)
    assert list(made.folder.glob("drill-*")) == []


def servers_of(folder: Path) -> list[str]:
    """Return the ids of the processes that run by a configuration in a drill's folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"{folder}/drill-" in each.read_text():
                found.append(each.parent.name)
    return found


def within(seconds: float, check: Callable[[], object]) -> bool:
    """Ask again until the answer is true or the seconds have passed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.1)
    return False


def test_a_kill_at_any_point_of_taking_leaves_nothing_half_written(made: Estate) -> None:
    """Killed here and there, what is listed is whole or unfinished, no file is left, and the next run is whole."""
    chance = random.Random(5)
    command = [SIGHTLINE, "vault", "snapshot", "take", made.model, *made.asking, *made.signing]
    before = sorted(each.name for each in made.folder.iterdir())
    for _ in range(5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
        time.sleep(chance.uniform(0.6, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = list(entries(store(made), made.spec.snapshots.prefix, [made.key.verifier()]))
        assert all(each.whole or "never finished" in each.why for each in found)
    assert sorted(each.name for each in made.folder.iterdir()) == before
    assert run(["vault", "snapshot", "take", made.model, *made.asking, *made.signing]) == 0
    assert entry(made).whole


def test_a_restore_that_is_cut_off_anywhere_changes_nothing_or_all(made: Estate) -> None:
    """Half of a file is refused by the server; a command that is killed is done again, and then it is all there."""
    content, manifest = taken(made)
    deposit(
        store(made),
        made.spec.snapshots.prefix,
        io.BytesIO(content),
        manifest=manifest,
        signed=manifests.sign(manifest, [made.key]),
        lock_days=0,
    )
    made.cluster.ask("POST", "secret/data/later", {"data": {"written": "later"}}).expect()
    half_sent(made, content)
    assert made.cluster.ask("GET", "secret/data/later").ok
    key = key_of(made.spec.snapshots.prefix, manifest)
    asked = [made.model, key, *made.asking, *made.trusting, f"--folder={made.folder}", "--confirm=vault"]
    chance = random.Random(3)
    for _ in range(3):
        process = subprocess.Popen([SIGHTLINE, "vault", "snapshot", "restore", *asked], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 1.5))
        process.kill()
        process.wait()
        made.cluster.leader()
        assert made.cluster.cluster_id() == manifest.cluster_id
        assert made.cluster.ask("GET", "secret/data/later").status in {200, 404}
    assert run(["vault", "snapshot", "restore", *asked]) == 0
    assert made.cluster.ask("GET", "secret/data/later").status == 404
    assert made.cluster.ask("GET", made.spec.snapshots.canary).ok


@pytest.mark.timeout(300)
def test_a_cluster_that_was_lost_comes_back_on_new_servers(
    made: Estate, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new server under the same key takes the old cluster's snapshot where its id is named; then two others join.

    It is restarted before: until then it speaks to others by its own Raft TLS keys, and not by the restored ones. In
    the end each serves what the old cluster held, under its id, and another one can lead.
    """
    from sightline_kube.testing.servers import vault_cluster as starting
    from sightline_kube.testing.servers.vault import KmsSeal
    from sightline_vault.testing.servers import by_model

    made.cluster.ask("POST", "secret/data/precious", {"data": {"kept": "yes"}}).expect()
    code, told = answer(capsys, "take", made.model, *made.asking, *made.signing)
    assert code == 0, told
    old = told["data"]["manifest"]["cluster_id"]
    seal = KmsSeal(made.environ["AWS_ENDPOINT_URL"], made.seal_key)
    with starting.servers(tmp_path / "new", seal, render=by_model(made.spec)) as fresh:
        first, *others = fresh.nodes
        first.start()
        first.answering()
        fresh.initialise()
        fresh.leader()
        monkeypatch.setenv("VAULT_TOKEN", fresh.root)
        asked = ["restore", made.model, "newest", f"--address={first.site.api}", f"--ca-file={first.site.ca}"]
        asked += [*made.trusting, f"--folder={tmp_path}", "--confirm=vault"]
        code, told = answer(capsys, *asked)
        assert (code, [each["code"] for each in told["diagnostics"]]) == (1, ["VLT304"])
        code, told = answer(capsys, *asked, f"--from-cluster={old}")
        assert (code, told["data"]["restored"]) == (0, True), told
        fresh.root = made.cluster.root
        first.stop()
        first.start()
        fresh.leader()
        for node in others:
            node.start()
        fresh.healthy(90)
        assert {node.health()["cluster_id"] for node in fresh.nodes} == {old}
        assert fresh.ask("GET", "secret/data/precious").expect()["data"]["data"] == {"kept": "yes"}
        monkeypatch.setenv("VAULT_TOKEN", fresh.root)
        code, told = answer(capsys, *asked)
        assert (code, [each["code"] for each in told["diagnostics"]]) == (1, ["VLT304"])
        assert "has no server vault-1, vault-2" in told["diagnostics"][0]["message"]
        fresh.leader().ask("PUT", "sys/step-down", token=fresh.root)
        fresh.healthy(90)
        assert fresh.ask("GET", "secret/data/precious").ok


def half_sent(made: Estate, content: bytes) -> None:
    """Announce a whole file to the server, send half of it, and go."""
    site = made.cluster.nodes[0].site
    connection = http.client.HTTPSConnection(
        site.host, site.api_port, context=ssl.create_default_context(cafile=str(site.ca)), timeout=10
    )
    connection.putrequest("POST", "/v1/sys/storage/raft/snapshot")
    connection.putheader("X-Vault-Token", made.cluster.root)
    connection.putheader("Content-Length", str(len(content)))
    connection.endheaders(content[: len(content) // 2])
    connection.close()


def test_a_file_of_several_parts_is_written_once_and_locked(made: Estate) -> None:
    """In parts of 8 MiB; a second write of its key is refused, and a delete before its time, too."""
    key, content = "raft/large", random.Random(1).randbytes(2 * PART + 1000)
    until = utc_now() + dt.timedelta(days=1)
    bucket = store(made)
    for number, file in enumerate((content, b"a second time", content)):
        if number == 0:
            bucket.put(key, io.BytesIO(file), until)
        else:
            with pytest.raises(TakenError):
                bucket.put(key, io.BytesIO(file), until)
    assert b"".join(bucket.get(key)) == content
    stat = bucket.stat(key)
    assert stat is not None
    assert (stat.size, stat.encryption) == (len(content), "aws:kms")
    assert stat.locked_until is not None
    with pytest.raises(LockedError):
        bucket.delete(key)
    bucket.put("raft/free", io.BytesIO(b"x"), None)
    bucket.delete("raft/free")
    assert bucket.stat("raft/free") is None
    assert [each.key for each in bucket.list("raft/l")] == [key]


@pytest.mark.timeout(240)
def test_snapshots_stay_whole_while_the_leader_changes(vault_cluster: VaultCluster, tmp_path: Path) -> None:
    """The leader steps down in the midst of the stream, three times: what is taken is whole and of one that led on."""
    root = vault_cluster.root
    vault_cluster.ask("POST", "sys/mounts/bulk", {"type": "kv"})
    for number in range(20):
        vault_cluster.ask("POST", f"bulk/{number}", {"value": random.Random(number).randbytes(100_000).hex()}).expect()
    sites = [node.site for node in vault_cluster.nodes]
    client = VaultClient(Connection(tuple(each.api for each in sites), sites[0].ca), Secret(root))
    for _ in range(3):
        changing = Changing(client, lambda: vault_cluster.leader().ask("PUT", "sys/step-down", token=root))
        with take(Job(changing, AwsKms("eu-west-1"), "test", utc_now), tmp_path).file as file:
            file.seek(0)
            assert check(iter(lambda: file.read(65536), b""), "taken", kms=AwsKms("eu-west-1")).ok
        assert changing.changed
        vault_cluster.healthy()
    assert list(tmp_path.iterdir()) == []
