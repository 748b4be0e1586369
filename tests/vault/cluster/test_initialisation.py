"""`sightline vault init` on a real server: the operators can open their shares, nobody has a root token, once only."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from sightline_kube.testing.servers import vault_cluster as servers
from sightline_kube.testing.servers.vault import KmsSeal
from sightline_vault.testing import by_model
from tests.support.servers import require
from tests.vault.chart.clusters import HUB, hub
from tests.vault.cluster.recovery import new_root
from tests.vault.seal.people import Person, person

if TYPE_CHECKING:
    from sightline_kube.testing.servers.moto import Moto

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(120)]


def spec_of(people: list[Person], path: Path, listener: str) -> Path:
    """Write the hub with these operators; its audit file would be on this machine's own /vault."""
    document = yaml.safe_load(HUB.read_text())
    document["operators"] = [{"name": each.name, "pgp_key": each.operator.pgp_key} for each in people]
    document["audit"] = [
        {"name": "stdout", "kind": "stdout"},
        {"name": "socket", "kind": "socket", "address": listener},
    ]
    # Outside of a pod there is no service account whose CA the server could read.
    document["clusters"][0]["ca"] = document["clusters"][1]["ca"]
    path.write_text(yaml.safe_dump(document))
    return path


def test_it_is_initialised_once_and_configured_and_its_shares_make_a_new_root_token(tmp_path: Path, moto: Moto) -> None:
    """Two of three operators act together; the accessor of the first root token leads nowhere."""
    require("vault")
    people = [person(name) for name in ("ada", "grace", "edsger")]
    to, seal = tmp_path / "shares.json", KmsSeal(moto.url, moto.create_key())
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        servers.servers(tmp_path, seal, count=1, render=by_model(hub())) as cluster,
    ):
        spec = spec_of(people, tmp_path / "hub.yaml", f"127.0.0.1:{listening.getsockname()[1]}")
        cluster.start()
        (node,) = cluster.nodes
        command = [str(Path(sys.executable).with_name("sightline")), "vault", "init", str(spec), "--to", str(to)]
        command += ["--address", node.site.api, "--ca-file", str(node.site.ca)]
        environ = {key: value for key, value in os.environ.items() if not key.startswith("VAULT_")}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ, timeout=100)
        assert done.returncode == 0, done.stdout + done.stderr
        kept = json.loads(to.read_text())
        assert (kept["state"], kept["root"]["state"]) == ("done", "revoked")
        assert to.stat().st_mode & 0o777 == 0o600
        shares = [who.opens(each["message"]).decode() for who, each in zip(people, kept["shares"], strict=True)]
        assert not [each for each in shares if each in done.stdout + done.stderr + to.read_text()]
        root = new_root(node, shares[:2])
        assert {"secret/", "transit/", "pki/"} <= {*node.ask("GET", "sys/mounts", token=root).expect()["data"]}
        accessor = {"accessor": kept["root"]["accessor"]}
        assert node.ask("POST", "auth/token/lookup-accessor", accessor, token=root).status in {400, 403, 404}
        again = subprocess.run(command, capture_output=True, text=True, check=False, env=environ, timeout=60)
        assert (again.returncode, json.loads(to.read_text())) == (2, kept)
        assert "initialised already" in again.stderr
