"""How long writes fail when the leader of a real three-node Vault is killed, and whether an acknowledged one is lost.

Usage: vault_outage.py [KILLS]. Two writers; a kill's outage is the longest time between two yeses from the kill until
the next one. Needs the servers of `make tools`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path

from sightline_kube.testing.servers import program
from sightline_kube.testing.servers.moto import moto
from sightline_kube.testing.servers.vault import KmsSeal
from sightline_kube.testing.servers.vault_cluster import VaultCluster, vault_cluster


class Writer(threading.Thread):
    """Writes one key after another, to whichever node answers, until it is stopped."""

    def __init__(self, cluster: VaultCluster, name: str) -> None:
        super().__init__(daemon=True)
        self.cluster, self.prefix = cluster, name
        self.acknowledged: list[tuple[float, str]] = []
        self.done = threading.Event()

    def run(self) -> None:
        """Write until told to stop; what fails is tried no second time."""
        number = 0
        while not self.done.is_set():
            key = f"kv/{self.prefix}-{number}"
            try:
                if self.cluster.ask("POST", key, {"n": number}, timeout=2).ok:
                    self.acknowledged.append((time.monotonic(), key))
            except OSError:
                pass
            number += 1
            # Autopilot hears of a follower's index every 5 s, and by default calls one that is 1,000 entries behind
            # unhealthy: over 200 writes a second it never is content again.
            time.sleep(0.02)


def main(kills: int) -> None:
    missing = program.missing("vault")
    if missing:
        print(f"skipped: {missing}")
        return
    with tempfile.TemporaryDirectory() as name, moto(Path(name) / "moto") as aws:
        began = time.monotonic()
        with vault_cluster(Path(name) / "vault", KmsSeal(aws.url, aws.create_key())) as cluster:
            print(f"three healthy voters after {time.monotonic() - began:.1f} s")
            cluster.ask("POST", "sys/mounts/kv", {"type": "kv"}).expect()
            writers = [Writer(cluster, each) for each in ("first", "second")]
            for writer in writers:
                writer.start()
            outages = [kill(cluster, writers) for _ in range(kills)]
            for writer in writers:
                writer.done.set()
                writer.join()
            keys = [key for writer in writers for _, key in writer.acknowledged]
            lost = sum(not cluster.ask("GET", key).ok for key in keys)
    ordered = sorted(outages)
    print(f"{kills} kills: outage {ordered[0]:.1f} to {ordered[-1]:.1f} s, median {statistics.median(ordered):.1f} s")
    print(f"{len(keys)} acknowledged writes, {lost} lost")
    assert lost == 0


def kill(cluster: VaultCluster, writers: list[Writer]) -> float:
    """Kill the leader, wait until writes go on, bring it back; return the seconds without a yes."""
    time.sleep(1)
    leader = cluster.leader()
    at = time.monotonic()
    leader.kill()
    cluster.leader(60)
    time.sleep(2)
    after = sorted(when for writer in writers for when, _ in list(writer.acknowledged) if when > at)
    leader.start()
    cluster.healthy()
    return max(later - earlier for earlier, later in pairwise([at, *after]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
