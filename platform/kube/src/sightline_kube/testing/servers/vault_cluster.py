"""Several Vault servers over TLS, sealed by KMS, that find each other by `retry_join`.

The configuration of each node comes from a function of its site, its peers' and the seal. `plain` is a hand-written one
with the least that a cluster needs; what a model renders is given in its place.
"""

from __future__ import annotations

import base64
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from sightline_core.errors import SightlineError

from . import ports
from .tls import Authority
from .vault import KmsSeal, Site, VaultNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from .asking import Answer

T = TypeVar("T")


class Render(Protocol):
    """Makes a node's configuration, HCL or JSON."""

    def __call__(self, site: Site, peers: Sequence[Site], seal: KmsSeal) -> str:
        """Return the file's text; `peers` are the other nodes."""


def plain(site: Site, peers: Sequence[Site], seal: KmsSeal) -> str:
    """Return the least: one TLS listener, Raft that joins its peers by name, the KMS seal."""
    join = [
        {
            "leader_api_addr": each.api,
            "leader_ca_cert_file": str(each.ca),
            "leader_tls_servername": each.server_name,
        }
        for each in peers
    ]
    listener = {
        "address": f"{site.host}:{site.api_port}",
        "cluster_address": f"{site.host}:{site.cluster_port}",
        "tls_cert_file": str(site.crt),
        "tls_key_file": str(site.key),
        "tls_min_version": "tls12",
    }
    # The multiplier's default of 5 is for small machines: a lost leader is then missed for 10 s and more.
    raft: dict[str, object] = {"path": str(site.data), "node_id": site.name, "performance_multiplier": "1"}
    # An empty list is an "invalid retry_join config", and the server ends.
    raft |= {"retry_join": join} if join else {}
    content = {
        "api_addr": site.api,
        "cluster_addr": site.cluster,
        "disable_mlock": True,
        "listener": {"tcp": listener},
        "storage": {"raft": raft},
        "seal": {"awskms": {"region": seal.region, "kms_key_id": seal.key_id, "endpoint": seal.endpoint}},
    }
    return json.dumps(content, indent=2)


class VaultCluster:
    """The nodes; after `initialise` also a root token and the recovery keys."""

    def __init__(self, nodes: Sequence[VaultNode], authority: Authority) -> None:
        self.nodes = list(nodes)
        self.authority = authority
        self.root = ""
        self.recovery_keys: list[str] = []

    def start(self, within: float = 30) -> None:
        """Start all nodes at once and wait until each answers."""
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.answering(within)

    def initialise(self) -> None:
        """Initialise the first node; KMS unseals it, and the others join and unseal by themselves."""
        asked = {"recovery_shares": 1, "recovery_threshold": 1}
        told = self.nodes[0].ask("PUT", "sys/init", asked, timeout=30).expect()
        self.root, self.recovery_keys = told["root_token"], told["recovery_keys_base64"]

    def leader(self, within: float = 30) -> VaultNode:
        """Wait for a leader and return it.

        Raises:
            SightlineError: There is none after so many seconds.
        """
        return _until(lambda: next((node for node in self.nodes if node.leads), None), within, "a leader")

    def healthy(self, within: float = 60) -> None:
        """Wait until autopilot calls the cluster healthy with every running node a voter.

        Raises:
            SightlineError: It does not after so many seconds.
        """
        running = sum(node.server.running for node in self.nodes)

        seen: list[str] = []

        def settled() -> bool:
            state = self.ask("GET", "sys/storage/raft/autopilot/state")
            told = state.json["data"] if state.ok else {}
            seen[:] = [f"{state.status}: healthy {told.get('healthy')}, voters {told.get('voters')}"]
            return bool(told.get("healthy")) and len(told.get("voters") or []) == running

        try:
            _until(settled, within, f"{running} healthy voters")
        except SightlineError as error:
            for node in self.nodes:
                seen.append(f"{node.site.name}: {'runs' if node.server.running else node.server.code}")
                seen.append(node.server.tail(8))
            error.add_note("\n".join(seen))
            raise

    def ask(self, method: str, path: str, body: object = None, *, token: str = "", timeout: float = 5) -> Answer:
        """Ask any running node, the next where one does not answer or has no leader (5xx); the last answer counts.

        Raises:
            OSError: No node answers.
        """
        last: Answer | OSError = OSError("no node runs")
        for node in self.nodes:
            if not node.server.running:
                continue
            try:
                last = node.ask(method, path, body, token=token or self.root, timeout=timeout)
            except OSError as error:
                last = error
                continue
            if last.status < 500:
                break
        if isinstance(last, OSError):
            raise last
        return last

    def snapshot(self) -> bytes:
        """Return a Raft snapshot from the leader: a gzipped tar."""
        leader = self.leader()
        answer = leader.ask("GET", "sys/storage/raft/snapshot", token=self.root, timeout=60)
        if not answer.ok:
            answer.expect()
        return answer.body

    def cluster_id(self) -> str:
        """Return what tells this cluster from every other; a restore brings the other's along."""
        return str(self.leader().health()["cluster_id"])

    def recovery_key(self) -> str:
        """Return the one recovery key in hexadecimal, as `sys/generate-root` takes it."""
        return base64.b64decode(self.recovery_keys[0]).hex()

    def close(self) -> None:
        """Stop all nodes."""
        for node in self.nodes:
            node.server.close()


@contextmanager
def vault_cluster(
    folder: Path, seal: KmsSeal, *, count: int = 3, render: Render = plain, within: float = 60
) -> Iterator[VaultCluster]:
    """Bring up a cluster of so many nodes: initialised, unsealed, every node a healthy voter."""
    with servers(folder, seal, count=count, render=render) as cluster:
        cluster.start()
        cluster.initialise()
        cluster.healthy(within)
        yield cluster


@contextmanager
def servers(folder: Path, seal: KmsSeal, *, count: int = 3, render: Render = plain) -> Iterator[VaultCluster]:
    """Give the nodes of a cluster, none of them started, for a test of how they start; all are stopped after."""
    authority = Authority(folder / "tls")
    found = ports.free(2 * count)
    sites = []
    for number in range(count):
        name = f"vault-{number}"
        server_name = f"{name}.vault-internal"
        crt, key = authority.issue(name, [server_name, "vault.vault.svc", "127.0.0.1", "localhost"])
        sites.append(
            Site(name, "127.0.0.1", found.pop(), found.pop(), folder / name, crt, key, authority.ca, server_name)
        )
    nodes = [VaultNode(site, render(site, [e for e in sites if e != site], seal), seal.environment) for site in sites]
    cluster = VaultCluster(nodes, authority)
    try:
        yield cluster
    finally:
        cluster.close()


def _until(check: Callable[[], T | None], within: float, what: str) -> T:
    began = time.monotonic()
    last = ""
    while time.monotonic() - began < within:
        try:
            found = check()
        except OSError as error:
            found, last = None, str(error)
        if found:
            return found
        time.sleep(0.05)
    raise SightlineError(f"the cluster has not come to {what} within {within:g} s", why=last)
