"""Snapshots of a real three-node Vault whose leader is killed, or steps down, in the midst of each: how many are whole.

Usage: vault_snapshot_leader_change.py [ROUNDS [KILL_EACH]]. Of every KILL_EACH rounds one kills (-9), in the others the
leader steps down. Needs the servers of `make tools`.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.vault.snapshots.changing import Changing

from sightline_datadog.clock import utc_now
from sightline_kube.testing.servers import program
from sightline_kube.testing.servers.moto import CREDENTIALS, moto
from sightline_kube.testing.servers.vault import KmsSeal
from sightline_kube.testing.servers.vault_cluster import VaultCluster, vault_cluster
from sightline_vault.client import Connection, Secret, VaultClient
from sightline_vault.snapshots.aws import AwsKms
from sightline_vault.snapshots.checking import check
from sightline_vault.snapshots.take import Job, Patience, take


def main(rounds: int, kill_each: int) -> None:
    missing = program.missing("vault")
    if missing:
        print(f"skipped: {missing}")
        return
    chance = random.Random(50)  # noqa: S311 - a repeatable benchmark, no secret
    with tempfile.TemporaryDirectory() as name, moto(Path(name) / "moto") as aws:
        os.environ.update({**CREDENTIALS, "AWS_ENDPOINT_URL": aws.url})
        with vault_cluster(Path(name) / "vault", KmsSeal(aws.url, aws.create_key())) as cluster:
            cluster.ask("POST", "sys/mounts/bulk", {"type": "kv"}).expect()
            for number in range(40):
                cluster.ask("POST", f"bulk/{number}", {"value": chance.randbytes(100_000).hex()}).expect()
            whole, again, took = 0, 0, []
            for number in range(rounds):
                began = time.monotonic()
                tries = one(cluster, Path(name), chance, kill=number % kill_each == 0)
                took.append(time.monotonic() - began)
                whole += 1
                again += bool(tries)
                heal(cluster)
    print(f"{whole} of {rounds} whole; {again} of them were taken again after the change of leaders")
    print(f"seconds each: median {sorted(took)[len(took) // 2]:.1f}, worst {max(took):.1f}")
    assert whole == rounds


def one(cluster: VaultCluster, folder: Path, chance: random.Random, *, kill: bool) -> tuple[str, ...]:
    """Take a snapshot through a change of leaders; return what went wrong on the way."""
    sites = [node.site for node in cluster.nodes]
    client = VaultClient(Connection(tuple(each.api for each in sites), sites[0].ca), Secret(cluster.root))

    def change() -> None:
        leader = cluster.leader()
        if kill:
            leader.kill()
        else:
            leader.ask("PUT", "sys/step-down", token=cluster.root)

    changing = Changing(client, change, after=chance.randrange(1, 40))
    kms = AwsKms("eu-west-1")
    taken = take(Job(changing, kms, "benchmark", utc_now, patience=Patience(60, 1.0)), folder)
    with taken.file as file:
        file.seek(0)
        assert changing.changed
        assert check(iter(lambda: file.read(65536), b""), "taken", taken.manifest, kms).ok
    return taken.tries


def heal(cluster: VaultCluster) -> None:
    for node in cluster.nodes:
        if not node.server.running:
            node.start()
    cluster.leader(60)
    cluster.healthy(60)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
