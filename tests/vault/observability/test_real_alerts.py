"""A real server, looked at and shipped by our commands, and the pages that come of it in the local backend."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from sightline_vault.render.parts.observability import render
from tests.support.servers import require
from tests.vault.observability.events import CANARY, HUB, hub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sightline_kube.testing.servers.moto import Moto
    from sightline_kube.testing.servers.vault_cluster import VaultCluster

pytestmark = pytest.mark.real_servers

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))


@contextmanager
def started(*words: str, environ: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run a command of ours until the end of the block."""
    env = {**os.environ, **(environ or {})}
    process = subprocess.Popen(
        [SIGHTLINE, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[dict[str, str]]:
    """`sightline local serve`, looking at monitors each second and following what the shipper writes."""
    pytest.importorskip("sightline_local", reason="sightline-local is not installed")
    ports = [word for name in ("api", "agent", "otlp", "dogstatsd") for word in (f"--{name}-port", "0")]
    options = ["--data", str(tmp_path / "local"), "--evaluate-every", "1s", "--tail", str(tmp_path / "shipped*.jsonl")]
    with started("local", "serve", *options, *ports) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())


@pytest.fixture
def cluster(tmp_path: Path, moto: Moto) -> Iterator[VaultCluster]:
    """One server of the golden cluster's own configuration."""
    require("vault")
    from sightline_kube.testing.servers import vault_cluster
    from sightline_kube.testing.servers.vault import KmsSeal
    from sightline_vault.testing import by_model

    seal = KmsSeal(moto.url, moto.create_key())
    with vault_cluster.vault_cluster(tmp_path / "vault", seal, count=1, render=by_model(hub())) as made:
        yield made


def call(address: str, path: str, body: object = None) -> Any:
    """Ask the backend."""
    data = None if body is None else json.dumps(body).encode()
    asked = Request(f"{address}{path}", data, {"Content-Type": "application/json"})  # noqa: S310 - our own address
    with urlopen(asked, timeout=10) as answer:  # noqa: S310 - our own address
        return json.loads(answer.read())


def states(address: str) -> dict[str, str]:
    """Return the state of each monitor by the last words of its name."""
    found = call(address, "/api/v1/monitor")
    return {each["name"].partition(": ")[2]: each["overall_state"] for each in found}


def within(seconds: float, check: Callable[[], bool], what: Callable[[], object]) -> float:
    """Wait until it holds; return how long that took."""
    began = time.monotonic()
    while not check():
        assert time.monotonic() - began < seconds, what()
        time.sleep(0.2)
    return time.monotonic() - began


def pushed(address: str, tmp_path: Path) -> None:
    """Plan and apply what the model renders, SLOs and dashboard among it."""
    for name, text in render(hub()).items():
        path = tmp_path / "build" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    env = {**os.environ, "DD_HOST": address}
    plan = tmp_path / "plan.json"
    documents = tmp_path / "build" / "observability" / "datadog"
    words = [SIGHTLINE, "datadog", "plan", str(documents), "--project", "vault", "--out", str(plan)]
    assert subprocess.run(words, env=env, capture_output=True, check=False).returncode == 1
    subprocess.run([SIGHTLINE, "datadog", "apply", str(plan)], env=env, capture_output=True, check=True)


def test_an_audit_device_that_fails_pages_before_vault_stops_and_when_it_does(
    cluster: VaultCluster, backend: dict[str, str], tmp_path: Path
) -> None:
    """With one of two devices on a full disk Vault serves on and pages; with that one alone it refuses, and pages."""
    node, address = cluster.nodes[0], backend["api"]
    token = tmp_path / "token"
    token.write_text(cluster.root)

    def enable(name: str, **options: str) -> None:
        node.ask("PUT", f"sys/audit/{name}", {"type": "file", "options": options}, token=cluster.root).expect()

    enable("file", file_path=str(tmp_path / "audit.log"))
    pushed(address, tmp_path)
    look = ["vault", "metrics", str(HUB), "--address", node.site.api, "--ca-file", str(node.site.ca)]
    with started(*look, "--token-file", str(token), "--to", address, "--every", "1"):

        def is_in(monitor: str, state: str) -> Callable[[], bool]:
            return lambda: states(address).get(monitor) == state

        def now() -> object:
            return states(address)

        within(60, is_in("no audit device can write", "OK"), now)
        # The mode 0000 leaves a file's own as it is.
        enable("full", file_path="/dev/full", skip_test="true", mode="0000")
        assert node.ask("GET", "sys/mounts", token=cluster.root).ok
        within(60, is_in("an audit device fails", "Alert"), now)
        assert states(address)["no audit device can write"] == "OK"
        node.ask("DELETE", "sys/audit/file", token=cluster.root)
        assert node.ask("GET", "sys/mounts", token=cluster.root).status == 500
        within(60, is_in("a server refuses its metrics", "Alert"), now)


def test_a_sealed_and_a_killed_server_and_a_surge_of_denials_page(
    cluster: VaultCluster, backend: dict[str, str], tmp_path: Path
) -> None:
    """Each page comes within a minute, by the rendered monitors, and recovers where the server does."""
    node, address = cluster.nodes[0], backend["api"]
    # A server that was started empty looks every 5 s for a key to unseal itself by, and would undo the first seal; one
    # that found it at its start looks no more.
    node.kill()
    node.start()
    cluster.leader()
    policy = 'path "sys/metrics" { capabilities = ["read"] }'
    node.ask("PUT", "sys/policies/acl/metrics", {"policy": policy}, token=cluster.root).expect()
    token = tmp_path / "token"
    made = node.ask("PUT", "auth/token/create", {"policies": ["metrics"], "ttl": "10m"}, token=cluster.root).expect()
    token.write_text(made["auth"]["client_token"])
    assert node.ask("GET", "sys/metrics?format=prometheus").status == 403
    log, shipped = tmp_path / "audit.log", tmp_path / "shipped.jsonl"
    told = {"type": "file", "options": {"file_path": str(log)}}
    node.ask("PUT", "sys/audit/file", told, token=cluster.root).expect()
    pushed(address, tmp_path)
    assert [each["title"] for each in call(address, "/api/v1/dashboard")["dashboards"]] == ["Vault: vault (prod)"]

    look = ["vault", "metrics", str(HUB), "--address", node.site.api, "--ca-file", str(node.site.ca)]
    look += ["--token-file", str(token), "--to", address, "--every", "1"]
    ship = ["vault", "audit-ship", str(HUB), str(log), "--to", str(shipped), "--statsd", backend["dogstatsd"]]
    with started(*look), started(*ship):

        def is_in(monitor: str, state: str) -> Callable[[], bool]:
            return lambda: states(address).get(monitor) == state

        def now() -> object:
            return states(address)

        for each in ("a server is sealed", "a server does not answer", "autopilot says that the cluster is unhealthy"):
            within(60, is_in(each, "OK"), now)

        for number in range(150):
            node.ask("GET", f"secret/data/{CANARY}/{number}", token=token.read_text())
        surge = within(60, is_in("many requests are denied", "Alert"), now)

        node.ask("PUT", "sys/seal", {}, token=cluster.root).expect()
        sealed = within(60, is_in("a server is sealed", "Alert"), now)

        node.kill()
        killed = within(60, is_in("a server does not answer", "Alert"), now)
        node.start()
        back = within(
            60, lambda: is_in("a server is sealed", "OK")() and is_in("a server does not answer", "OK")(), now
        )
        print(f"pages after {surge:.1f}, {sealed:.1f} and {killed:.1f} s; recovered {back:.1f} s after the start")  # noqa: T201 - measured

        assert CANARY not in shipped.read_text()
        query = "sum:vault.audit.denied{service:vault}.as_count()"
        end = int(time.time())
        found = call(address, f"/api/v1/query?from={end - 600}&to={end}&query={query.replace(' ', '%20')}")
        assert sum(value for _, value in found["series"][0]["pointlist"] if value) >= 150
        names = {each["metric"] for each in _series(address, end)}
        assert {"vault.vault.expire.num_leases", "vault.vault.core.response_status_code.count"} <= names


def _series(address: str, end: int) -> list[dict[str, Any]]:
    queries = (
        "max:vault.vault.expire.num_leases{service:vault,is_leader:true}",
        "sum:vault.vault.core.response_status_code.count{service:vault,type:4xx}.as_count()",
    )
    return [
        series
        for query in queries
        for series in call(address, f"/api/v1/query?from={end - 600}&to={end}&query={query}")["series"]
    ]
