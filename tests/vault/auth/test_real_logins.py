"""Real Vault, real kube-apiserver: one login that succeeds, and all the ways in which it does not, each explained."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_kube.testing.servers.kube_apiserver import ISSUER, kube_apiserver
from sightline_vault.auth import claims
from sightline_vault.auth.explaining import findings, verdict
from sightline_vault.auth.gathering import Question, gather
from sightline_vault.client import Secret, VaultClient
from sightline_vault.client.kubernetes import login
from sightline_vault.configuration.apply import Outcome, apply
from sightline_vault.configuration.plan import Action, plan
from sightline_vault.configuration.reading import OnceEach
from sightline_vault.configuration.things import Wish
from sightline_vault.model.cluster import Cluster, Role
from tests.support.servers import require
from tests.vault.auth.tokens import another_key, key_of, signed
from tests.vault.configuration.canned import HUB
from tests.vault.one_node import model_for, one_node, root_client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.testing.servers.kube_apiserver import KubeApiServer
    from sightline_kube.testing.servers.moto import Moto
    from sightline_vault.model import VaultClusterSpec

pytestmark = [pytest.mark.real_servers, pytest.mark.timeout(180)]

ELSEWHERE = "https://oidc.example/nonprod"


@dataclass(frozen=True)
class World:
    """A Vault that is configured by `model`, the API server that it asks, and tokens by name."""

    client: VaultClient
    kube: KubeApiServer
    model: VaultClusterSpec
    tokens: dict[str, str]


def clusters(kube: KubeApiServer) -> tuple[Cluster, ...]:
    """Name one API server several times: with a good reviewer, a weak one, none, elsewhere, and one that is down."""
    ca = kube.ca.read_text()
    prod = Cluster("prod", kube.url, ("10.2.0.0/24",), ISSUER, pod_cidrs=("10.2.1.0/24",), ca=ca)
    return (
        prod,
        replace(prod, name="nonprod", issuer=ELSEWHERE),
        replace(prod, name="weak"),
        replace(prod, name="none"),
        replace(prod, name="down", api="https://127.0.0.1:1"),
    )


@pytest.fixture(scope="module")
def kube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KubeApiServer]:
    """An API server of its own: the namespaces are the model's, which other suites make in the session's server."""
    require("etcd", "kube-apiserver")
    with kube_apiserver(tmp_path_factory.mktemp("kube")) as made:
        yield made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, moto: Moto, kube: KubeApiServer) -> Iterator[World]:
    """Accounts and tokens in Kubernetes; mounts, roles and policies in Vault, made by our own apply."""
    for namespace in ("shop", "office"):
        kube.namespace(namespace)
    for name in ("payments", "gone", "again", "other", "reviewer", "weak"):
        kube.service_account("shop", name)
    kube.service_account("office", "payments")
    kube.bind("system:auth-delegator", "shop", "reviewer")
    tokens = {name: kube.token_of("shop", name, ["vault"]) for name in ("payments", "gone", "again", "other")}
    tokens |= {name: kube.token_of("shop", name) for name in ("reviewer", "weak")}
    tokens["office"] = kube.token_of("office", "payments", ["vault"])
    tokens["for somebody else"] = kube.token_of("shop", "payments", ["argocd"])
    tokens["for the API server"] = kube.token_of("shop", "payments")
    now, real = int(time.time()), key_of(kube.folder / "tls" / "sa.key")
    good, forger = tokens["payments"], another_key()
    tokens["ended"] = signed(good, real, exp=now - 400, iat=now - 4000, nbf=now - 4000)
    tokens["to come"] = signed(good, real, exp=now + 7200, iat=now + 3600, nbf=now + 3600)
    tokens["forged"] = signed(good, forger)
    tokens["forged issuer"] = signed(good, real, iss="https://evil.example")
    tokens["of nonprod"] = signed(good, forger, iss=ELSEWHERE)
    for name in ("gone", "again"):
        kube.ask("DELETE", f"/api/v1/namespaces/shop/serviceaccounts/{name}").expect()
    kube.service_account("shop", "again")
    with one_node(tmp_path_factory.mktemp("vault"), moto) as vault:
        client = root_client(vault)
        spec = model_for(vault.nodes[0])
        role = Role("payments", "prod", ("payments", "gone", "again"), ("shop",), ("payments",))
        roles = tuple(replace(role, cluster=each.name) for each in clusters(kube))
        spec = replace(spec, clusters=clusters(kube), roles=roles)
        reviewers = {name: Secret(tokens["reviewer"]) for name in ("prod", "nonprod", "down")}
        outcomes: list[Outcome] = []
        apply(
            plan(Wish(spec, {**reviewers, "weak": Secret(tokens["weak"])}), OnceEach(client)), client, outcomes.append
        )
        assert [each.error for each in outcomes if each.error] == []
        client.write("secret/data/payments/key", {"data": {"n": 1}})
        yield World(client, kube, spec, tokens)


def test_the_right_account_gets_a_short_token_with_the_policies_of_its_role(world: World) -> None:
    """It reads what its policy allows; a plan finds everything as wanted; `why` says that it is let in."""
    told = login(world.client, "kubernetes/prod", "payments", Secret(world.tokens["payments"]))
    assert (told.lives_s, sorted(told.policies)) == (900, ["default", "payments"])
    assert world.client.with_token(told.token).read("secret/data/payments/key")
    made = plan(Wish(world.model), OnceEach(world.client))
    assert made.of(Action.CREATE, Action.UPDATE) == ()
    line, code, codes = why(world, "prod", "payments", "reviewer", path="secret/data/payments/key")
    assert (line, code, codes) == ("the token may read secret/data/payments/key", 0, [])


def why(
    world: World, cluster: str, token: str, by: str, *, role: str = "payments", path: str = "", asks: bool = True
) -> tuple[str, int, list[str]]:
    """Ask why a token is refused; `asks` is whether Vault's configuration may be read."""
    text = world.tokens.get(token, token)
    kube_token = Secret(world.kube.token if by == "admin" else world.tokens[by]) if by else None
    question = Question(cluster, role, claims.read(text), Secret(text), kube_token, path)
    client = world.client if asks else world.client.with_token(None)
    evidence = gather(question, world.model, client, int(time.time()))
    reasons = findings(evidence)
    assert text not in repr(evidence) or len(text) < 20
    line, code = verdict(evidence, reasons)
    return line, int(code), [each.code for each in reasons]


REFUSED = {
    "for somebody else": ("prod", "for somebody else", "reviewer", "VLT256"),
    "for the API server": ("prod", "for the API server", "reviewer", "VLT256"),
    "another namespace": ("prod", "office", "reviewer", "VLT258"),
    "another account": ("prod", "other", "reviewer", "VLT257"),
    "ended": ("prod", "ended", "reviewer", "VLT254"),
    "to come": ("prod", "to come", "reviewer", "VLT254"),
    "account deleted": ("prod", "gone", "reviewer", "VLT261"),
    "account made anew": ("prod", "again", "reviewer", "VLT262"),
    "forged by another key": ("prod", "forged", "reviewer", "VLT263"),
    "forged issuer": ("prod", "forged issuer", "reviewer", "VLT255"),
    "token of another cluster": ("prod", "of nonprod", "reviewer", "VLT252"),
    "mount of another cluster": ("nonprod", "payments", "reviewer", "VLT252"),
    "reviewer without rights": ("weak", "payments", "weak", "VLT260"),
    "no reviewer": ("none", "payments", "", "VLT260"),
    "reviewer without rights, asked by an administrator": ("weak", "payments", "admin", "VLT264"),
    "API server down": ("down", "payments", "reviewer", "VLT259"),
    "garbage": ("prod", "not.a-token", "reviewer", "VLT250"),
    "no token": ("prod", "", "reviewer", "VLT250"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_vault_refuses_and_why_says_why(world: World, case: str) -> None:
    """Vault says no to the login, and the one reason that is found is the one that was planted."""
    cluster, token, by, expected = REFUSED[case]
    body = {"role": "payments", "jwt": world.tokens.get(token, token)}
    assert world.client.ask("POST", f"auth/kubernetes/{cluster}/login", body).status in {400, 403}
    line, code, codes = why(world, cluster, token, by)
    assert (code, codes) == (1, [expected]), line


@pytest.mark.parametrize("case", ["for somebody else", "another account", "ended", "account deleted", "forged issuer"])
def test_who_may_not_look_into_vault_learns_the_same(world: World, case: str) -> None:
    """Without a token of Vault, the model stands for it."""
    cluster, token, by, expected = REFUSED[case]
    assert why(world, cluster, token, by, asks=False)[2] == [expected]


def test_a_role_and_a_mount_that_are_not_there(world: World) -> None:
    """Vault answers 400 and 403; the nearest role is named."""
    line, code, codes = why(world, "prod", "payments", "reviewer", role="payment")
    assert (code, codes) == (1, ["VLT253"]), line
    more = replace(world.model, clusters=(*world.model.clusters, replace(world.model.clusters[0], name="new")))
    assert why(replace(world, model=more), "new", "payments", "")[1:] == (1, ["VLT251"])


def test_a_path_that_the_policies_lack(world: World) -> None:
    """Let in, and refused there; the policy that would allow it is named. A token that has ended is told from it."""
    token = login(world.client, "kubernetes/prod", "payments", Secret(world.tokens["payments"])).token
    assert world.client.with_token(token).ask("GET", "secret/data/orders/key").status == 403
    line, code, codes = why(world, "prod", "payments", "reviewer", path="secret/data/orders/key")
    assert (code, codes) == (1, ["VLT266"])
    assert line.startswith("refused: the token may not read secret/data/orders/key")
    ended = gather(Question(path="secret/data/x"), world.model, world.client.with_token(Secret("hvs.gone")), 0)
    assert [each.code for each in findings(ended)] == ["VLT265"]


def test_the_command_says_it_and_shows_no_token(world: World, tmp_path: Path) -> None:
    """Files in, one JSON document out, exit 1; its evidence, given back, says the same without anybody being asked."""
    model, jwt = tmp_path / "hub.yaml", tmp_path / "jwt"
    text = HUB.read_text().replace("https://oidc.eks.eu-central-1.amazonaws.com/id/PROD", ISSUER)
    model.write_text(text)
    jwt.write_text(world.tokens["other"])
    address, ca = world.client.connection.addresses[0], str(world.client.connection.ca_file)
    asked = [str(model), "--cluster", "prod", "--role", "payments", "--jwt", str(jwt)]
    run = command("why", *asked, "--address", address, "--ca-file", ca, "--json")
    told = json.loads(run.stdout)
    assert (run.returncode, [each["code"] for each in told["diagnostics"]]) == (1, ["VLT257"])
    assert told["diagnostics"][0]["span"]["file"] == str(model)
    assert world.tokens["other"] not in run.stdout + run.stderr
    saved = tmp_path / "evidence.json"
    saved.write_text(json.dumps(told["data"]["evidence"]))
    again = command("why", "--evidence", str(saved))
    assert (again.returncode, again.stdout.splitlines()[-1]) == (1, told["data"]["verdict"])


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `sightline vault …`."""
    program = str(Path(sys.executable).parent / "sightline")
    environment = {"PATH": os.defpath}
    return subprocess.run(
        [program, "vault", *arguments], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
