"""How long writes fail when the leader of a real three-node Vault is killed, and whether an acknowledged one is lost.

Usage: vault_outage.py [KILLS] [--plain]. The servers run by what the hub's model renders, or by the least that a
cluster needs. Two writers; a kill's outage is the longest time between two yeses from the kill until two seconds after
another node leads. Needs the servers of `make tools`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sightline_kube.testing.servers import program
from sightline_kube.testing.servers.moto import moto
from sightline_kube.testing.servers.vault import KmsSeal
from sightline_kube.testing.servers.vault_cluster import VaultCluster, plain, vault_cluster
from sightline_kube.testing.servers.writing import Writers, lost, writing
from sightline_vault.model import read_spec_file
from sightline_vault.testing import by_model

if TYPE_CHECKING:
    from sightline_kube.testing.servers.vault_cluster import Render

HUB = Path(__file__).resolve().parents[1] / "platform" / "vault" / "clusters" / "hub.yaml"


def main(kills: int, render: Render) -> None:
    missing = program.missing("vault")
    if missing:
        print(f"skipped: {missing}")
        return
    with tempfile.TemporaryDirectory() as name, moto(Path(name) / "moto") as aws:
        began = time.monotonic()
        with vault_cluster(Path(name) / "vault", KmsSeal(aws.url, aws.create_key()), render=render) as cluster:
            print(f"three healthy voters after {time.monotonic() - began:.1f} s")
            cluster.ask("POST", "sys/mounts/kv", {"type": "kv"}).expect()
            with writing(cluster, "kv") as writers:
                outages = [kill(cluster, writers) for _ in range(kills)]
            gone = lost(cluster, writers)
    ordered = sorted(outages)
    print(" ".join(f"{each:.1f}" for each in outages))
    high = statistics.quantiles(ordered, n=20, method="inclusive")[18]
    print(
        f"{kills} kills: outage {ordered[0]:.1f} to {ordered[-1]:.1f} s, median {statistics.median(ordered):.1f} s",
        end="",
    )
    print(f", p95 {high:.1f} s")
    print(f"{len(writers.acknowledged)} acknowledged writes, {len(gone)} lost")
    assert not gone


def kill(cluster: VaultCluster, writers: Writers) -> float:
    """Kill the leader, wait until writes go on, bring it back; return the seconds without a yes."""
    time.sleep(1)
    leader = cluster.leader()
    at = time.monotonic()
    leader.kill()
    cluster.leader(60)
    time.sleep(2)
    outage = writers.outage(at)
    leader.start()
    cluster.healthy()
    return outage


def hub() -> Render:
    """Return what the hub's model renders."""
    spec, findings = read_spec_file(HUB)
    assert spec is not None, findings
    return by_model(spec)


if __name__ == "__main__":
    counts = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(counts[0] if counts else 5, plain if "--plain" in sys.argv else hub())
