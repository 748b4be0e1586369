"""The rendered configuration of the token's agent, run by the real `vault agent` against real servers."""

from __future__ import annotations

import json
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from sightline_vault.model.naming import Naming
from sightline_vault.observability.agent import ROLE, token_agent
from tests.support.servers import require
from tests.vault.observability.events import hub

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer
    from sightline_kube.testing.servers.moto import Moto

pytestmark = pytest.mark.real_servers


def test_the_agents_token_reads_metrics_and_nothing_else(
    tmp_path: Path, moto: Moto, kube_apiserver: KubeApiServer
) -> None:
    """It logs in by the Datadog Agent's service account, and writes a token that only its group reads."""
    require("vault")
    from sightline_kube.testing.servers import vault_cluster
    from sightline_kube.testing.servers.program import need
    from sightline_kube.testing.servers.vault import KmsSeal
    from sightline_vault.testing import by_model

    spec, kube = hub(), kube_apiserver
    (role,) = [each for each in spec.roles if each.name == ROLE]
    mount = Naming(spec).auth_path(role.cluster)
    (namespace,), (account,) = role.namespaces, role.service_accounts
    for name in (namespace, "reviewing"):
        kube.namespace(name)
    kube.service_account(namespace, account)
    kube.service_account("reviewing", "reviewer")
    kube.bind("system:auth-delegator", "reviewing", "reviewer")
    jwt = tmp_path / "jwt"
    jwt.write_text(kube.token_of(namespace, account, ["vault"]))
    seal = KmsSeal(moto.url, moto.create_key())
    with vault_cluster.vault_cluster(tmp_path / "vault", seal, count=1, render=by_model(spec)) as cluster:
        node, root = cluster.nodes[0], cluster.root

        def put(path: str, body: object) -> None:
            node.ask("PUT", path, body, token=root).expect()

        (policy,) = [each for each in spec.policies if each.name in role.policies]
        rules = {"path": {path: {"capabilities": [*rights]} for path, rights in policy.paths.items()}}
        put(f"sys/policies/acl/{policy.name}", {"policy": json.dumps(rules)})
        put(f"sys/auth/{mount}", {"type": "kubernetes"})
        reviewer = kube.token_of("reviewing", "reviewer")
        asked = {"kubernetes_host": kube.url, "kubernetes_ca_cert": kube.ca.read_text(), "token_reviewer_jwt": reviewer}
        put(f"auth/{mount}/config", asked)
        told = {
            "bound_service_account_names": [account],
            "bound_service_account_namespaces": [namespace],
            "audience": "vault",
            "token_policies": [policy.name],
            "token_ttl": "5m",
        }
        put(f"auth/{mount}/role/{ROLE}", told)
        token = tmp_path / "token"
        made = token_agent(spec)
        made["vault"] = {"address": node.site.api, "ca_cert": str(node.site.ca)}
        made["auto_auth"]["method"]["config"]["token_path"] = str(jwt)
        made["auto_auth"]["sinks"][0]["sink"]["config"]["path"] = str(token)
        (tmp_path / "agent.json").write_text(json.dumps(made))
        words = [need("vault"), "agent", f"-config={tmp_path / 'agent.json'}", "-exit-after-auth"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        got = token.read_text()
        assert stat.S_IMODE(token.stat().st_mode) == 0o440
        assert node.ask("GET", "sys/metrics?format=prometheus", token=got).ok
        for path in ("sys/mounts", "secret/data/a", "sys/policies/acl/root", "sys/audit"):
            assert node.ask("GET", path, token=got).status == 403
