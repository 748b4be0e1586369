"""Five failures of KMS on a real server: what runs serves, what restarts waits or ends, and two signals page.

Each failure has a cluster's name of its own, so that the monitors of one know nothing of the others. Probe and backend
look every two seconds, so as to be done soon; that a page comes in time by the intervals that are shipped is shown in
tests/vault/seal/test_page.py.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from sightline_kube.testing.servers import kms_faults
from sightline_kube.testing.servers import vault_cluster as servers
from sightline_kube.testing.servers.kms_faults import Fault
from sightline_kube.testing.servers.moto import CREDENTIALS
from sightline_kube.testing.servers.vault import KmsSeal
from sightline_vault.dogstatsd import Dogstatsd
from sightline_vault.model import read_spec
from sightline_vault.observability.monitors import documents
from sightline_vault.testing import by_model
from tests.support.servers import require
from tests.vault.chart.clusters import HUB, hub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_kube.testing.servers.kms_faults import FaultyKms
    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(300)]
SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
FAULTS = [each for each in Fault if each is not Fault.NONE]
OUT_OF_USE = (Fault.DISABLED, Fault.PENDING_DELETION)
RESTARTS = "kubernetes.containers.restarts"


@contextmanager
def started(*words: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command of ours until the end of the block."""
    process = subprocess.Popen([SIGHTLINE, *words], stdout=subprocess.PIPE, text=True, env={**os.environ, **environ})
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


class World:
    """One server whose KMS can be broken, and the local backend."""

    def __init__(self, cluster: VaultCluster, kms: FaultyKms, key: str, told: dict[str, str]) -> None:
        self.cluster, self.kms, self.key = cluster, kms, key
        self.api, self.statsd = told["api"], told["dogstatsd"]

    def call(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = Request(f"{self.api}{path}", data, {"Content-Type": "application/json"})  # noqa: S310 - our own address
        with urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own address
            return json.loads(answer.read())

    def until(self, number: int, state: str, within: float = 60) -> None:
        """Wait until a monitor is in a state."""
        began = time.monotonic()
        found = ""
        while time.monotonic() - began < within:
            found = self.call(f"/api/v1/monitor/{number}")["overall_state"]
            if found == state:
                return
            time.sleep(0.2)
        pytest.fail(f"monitor {number} is in {found} after {within:g} s, not in {state}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, moto: Moto) -> Iterator[World]:
    """By what the hub's model renders."""
    require("vault")
    pytest.importorskip("sightline_local", reason="sightline-local is not installed")
    folder, key = tmp_path_factory.mktemp("drills"), moto.create_key()
    ports = [word for name in ("api", "agent", "otlp", "dogstatsd") for word in (f"--{name}-port", "0")]
    with (
        kms_faults.faulty_kms(moto.url) as kms,
        servers.vault_cluster(folder, KmsSeal(kms.url, key), count=1, render=by_model(hub())) as cluster,
        started("local", "serve", "--data", str(folder / "local"), "--evaluate-every", "2s", *ports) as backend,
    ):
        assert backend.stdout is not None
        yield World(cluster, kms, key, json.loads(backend.stdout.readline()))


def restarted(world: World, name: str, times: int) -> None:
    """Say how often the server's container was started, as the Agent's kubelet check has done for ten minutes."""
    tags = f"env:prod,service:{name},kube_namespace:vault,kube_container_name:server,pod_name:{name}-0"
    host, _, port = world.statsd.rpartition(":")
    now = int(time.time())
    lines = [f"{RESTARTS}:0|g|#{tags}|T{at}" for at in range(now - 660, now - 15, 15)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for first in range(0, len(lines), 8):
            sender.sendto("\n".join(lines[first : first + 8]).encode(), (host, int(port)))
    Dogstatsd(world.statsd, tags.split(",")).gauge(RESTARTS, times)


@pytest.mark.parametrize("fault", FAULTS)
def test_kms_fails_and_somebody_is_called_within_a_minute(
    world: World, fault: Fault, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """By the probe, and by the restart that fails: sealed with the key out of use, else ended, until it is repaired."""
    name = f"vault-{fault.value}"
    spec_file = tmp_path / "hub.yaml"
    spec_file.write_text(HUB.read_text().replace("\nname: vault\n", f"\nname: {name}\n"))
    spec, findings = read_spec(spec_file.read_text(), "hub.yaml")
    assert spec is not None, findings
    numbers = {each.key: world.call("/api/v1/monitor", each.body)["id"] for each in documents(spec)}
    (node,) = world.cluster.nodes
    world.cluster.leader()
    probe = ["vault", "kms-probe", str(spec_file), "--key", world.key, "--region", CREDENTIALS["AWS_REGION"]]
    probe += ["--every", "2", "--statsd", world.statsd]
    look = ["vault", "metrics", str(spec_file), "--address", node.site.api, "--ca-file", str(node.site.ca)]
    look += ["--to", world.api, "--every", "2"]
    environ = {**CREDENTIALS, "AWS_ENDPOINT_URL_KMS": world.kms.url, "VAULT_TOKEN": world.cluster.root}
    with started(*probe, **environ), started(*look, **environ):
        world.until(numbers[f"{name}-kms"], "OK")
        world.until(numbers[f"{name}-sealed"], "OK")
        began = time.monotonic()
        world.kms.fault = fault
        try:
            world.cluster.ask("POST", f"sys/mounts/{fault.value}", {"type": "kv"}).expect()
            node.stop()
            node.start()
            if fault in OUT_OF_USE:
                node.answering()
                assert node.health()["sealed"]
                signal = f"{name}-sealed"
            else:
                assert node.server.ended(60) == 1
                node.start()
                assert node.server.ended(60) == 1, "it is restarted in vain until KMS is repaired"
                restarted(world, name, 2)
                signal = f"{name}-restarts"
            world.until(numbers[signal], "Alert")
            world.until(numbers[f"{name}-kms"], "Alert")
            took = time.monotonic() - began
        finally:
            world.kms.fault = Fault.NONE
    record_property("page_s", round(took, 1))
    assert took < 60
    if fault not in OUT_OF_USE:
        node.start()
    world.cluster.leader()
    assert f"{fault.value}/" in world.cluster.ask("GET", "sys/mounts").expect()["data"]
