"""Real servers by what the chart mounts: they come up, and are replaced one by one."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_vault.model import Naming
from sightline_vault.render.server import configuration
from sightline_vault.rollout import Pod, Standing, roll
from tests.support.servers import require

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault import KmsSeal, Site
    from sightline_kube.testing.servers.vault_cluster import VaultCluster
    from tests.vault.chart.conftest import Rendered

pytestmark = pytest.mark.real_servers


@dataclass
class Processes:
    """The servers as pods: one that is deleted ends by SIGTERM, and is started again by the new revision."""

    cluster: VaultCluster
    led: list[bool] = field(default_factory=list)
    new: set[str] = field(default_factory=set)

    def standing(self) -> Standing:
        """Return what a service registration and a readiness probe would tell."""
        pods = []
        for node in self.cluster.nodes:
            try:
                health = node.health()
            except OSError:
                health = {"sealed": True}
            revision = "new" if node.site.name in self.new else "old"
            pods.append(Pod(node.site.name, revision, ready=not health["sealed"], active=node.leads))
        return Standing("new", len(pods), tuple(pods))

    def delete(self, pod: str) -> None:
        """Replace a server."""
        node = next(each for each in self.cluster.nodes if each.site.name == pod)
        self.led.append(node.leads)
        node.stop()
        assert node.server.code == 0
        self.new.add(pod)
        node.start()


def test_real_servers_start_and_roll_by_the_configuration_that_the_chart_mounts(
    chart: Callable[[str], Rendered], tmp_path: Path, moto: Moto
) -> None:
    """Helm's own text, but for addresses, files and KMS's endpoint: they join, unseal, are healthy voters.

    Then each is replaced as by a pod's end, and comes back: the leader last, who steps down by the signal.
    """
    require("vault")
    from sightline_kube.testing.servers.vault import KmsSeal
    from sightline_kube.testing.servers.vault_cluster import vault_cluster
    from sightline_vault.testing.servers import at_sites

    made = chart("three")
    mounted = made.find("ConfigMap", "keep-servers")["data"]

    def render(site: Site, peers: Sequence[Site], seal: KmsSeal) -> str:
        sites = sorted([site, *peers], key=lambda each: each.name)
        ordinal = sites.index(site)
        text = mounted[f"keep-{ordinal}.json"]
        for number, each in enumerate(sites):
            names = Naming(made.spec)
            text = text.replace(names.api(number), each.api).replace(names.cluster(number), each.cluster)
            text = text.replace(names.server_name(number), each.server_name)
            text = text.replace(f'"node_id": "keep-{number}"', f'"node_id": "{each.name}"')
        text = text.replace("[::]:8200", f"{site.host}:{site.api_port}")
        text = text.replace("[::]:8201", f"{site.host}:{site.cluster_port}")
        for there, here in {
            "/vault/tls/tls.crt": site.crt,
            "/vault/tls/tls.key": site.key,
            "/vault/tls/ca.crt": site.ca,
            "/vault/data": site.data,
        }.items():
            text = text.replace(f'"{there}"', f'"{here}"')
        found = json.loads(text)
        del found["service_registration"]
        found["seal"]["awskms"] = {"region": seal.region, "kms_key_id": seal.key_id, "endpoint": seal.endpoint}
        assert found == configuration(made.spec, ordinal, at_sites(sites, seal))
        return json.dumps(found)

    seal = KmsSeal(moto.url, moto.create_key())
    with vault_cluster(tmp_path, seal, render=render) as running:
        leader = running.leader()
        shown = leader.ask("GET", "sys/config/state/sanitized", token=running.root).expect()["data"]
        assert [each["type"] for each in shown["listeners"]] == ["tcp"]
        assert shown["listeners"][0]["config"]["tls_min_version"] == "tls13"
        assert (shown["storage"]["type"], shown["seals"][0]["type"]) == ("raft", "awskms")
        assert b"vault_core_unsealed" in leader.ask("GET", "sys/metrics?format=prometheus", token=running.root).body
        for node in running.nodes:
            assert node.ask("GET", "sys/metrics").status in {403, 307}
            assert "unknown or unsupported field" not in node.server.tail(400)
        assert _rolled(running) == 3


def _rolled(running: VaultCluster) -> int:
    """Replace every server under a writer; return how many were, having held what was acknowledged to be there."""
    running.ask("POST", "sys/mounts/rolled", {"type": "kv"}).expect()
    stop, written = threading.Event(), []

    def write() -> None:
        number = 0
        while not stop.is_set():
            try:
                answer = running.ask("POST", f"rolled/{number}", {"value": number}, timeout=2)
            except OSError:
                continue
            written.extend([number] if answer.ok else [])
            number += 1

    def healthy() -> str:
        try:
            running.healthy(within=1)
        except SightlineError:
            return "autopilot"
        return ""

    writer = threading.Thread(target=write)
    writer.start()
    processes = Processes(running)
    try:
        count = roll(
            processes,
            healthy=healthy,
            clock=time.monotonic,
            pause=lambda _: time.sleep(0.1),
            tell=lambda _: None,
            within=60,
        )
    finally:
        stop.set()
        writer.join()
    assert processes.led == [False, False, True]
    running.leader()
    there = running.ask("LIST", "rolled").expect()["data"]["keys"]
    assert len(written) > 20
    assert {str(each) for each in written} <= set(there)
    return count
