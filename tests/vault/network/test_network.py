"""The policies of the model allow the flows that the model declares, each of them and no other (must show 4)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.envelope import dumps
from sightline_kube.flows.prove import Proof, prove
from sightline_vault.model import Naming, VaultClusterSpec, read_spec_file
from sightline_vault.model.cluster import AuditDevice
from sightline_vault.network import declaration, network_policies

if TYPE_CHECKING:
    from collections.abc import Sequence

HUB = Path(__file__).resolve().parents[3] / "platform/vault/clusters/hub.yaml"


@cache
def hub() -> VaultClusterSpec:
    spec, findings = read_spec_file(HUB)
    assert spec is not None, findings
    return spec


@cache
def proven() -> Proof:
    """The hub's own proof."""
    return proof(hub())


def small(spec: VaultClusterSpec) -> VaultClusterSpec:
    """One client, one other cluster and no injector: every kind of rule once."""
    network = replace(spec.network, injector=False)
    return replace(spec, clusters=spec.clusters[:2], clients=spec.clients[:1], network=network)


def proof(spec: VaultClusterSpec, policies: Sequence[dict[str, Any]] | None = None, *, mutate: bool = False) -> Proof:
    """Hold policies, the spec's own unless others are given, to what the spec declares."""
    items = list(network_policies(spec) if policies is None else policies)
    texts = {"policies.json": dumps({"apiVersion": "v1", "kind": "List", "items": items})}
    return prove(texts, dumps(declaration(spec)), "flows.json", mutate=mutate)


def test_the_allowed_flows_of_the_hub_are_the_declared_ones() -> None:
    """Nothing is missing, nothing is too much, and no side is wider than the other."""
    found = proven()
    assert found.findings == []
    assert found.policies == 6
    assert len(found.flows) == 35


def test_8201_is_spoken_between_the_servers_alone() -> None:
    """Raft's port is in one flow, from the servers to the servers."""
    assert [(each["from"], each["to"]) for each in proven().flows if "8201" in each["ports"]] == [
        ("servers", "servers")
    ]


def test_the_drill_reaches_kms_and_the_snapshots_but_no_server() -> None:
    """A restored Vault may revoke leases: it finds no back end, nor the cluster that it is a copy of.

    The Agent takes the drill's report as datagrams, by UDP alone.
    """
    targets = {each["to"].partition(" ")[0] for each in proven().flows if each["from"] == "drill"}
    assert targets == {"dns", "kms", "s3", "pod-identity", "datadog"}
    assert not [each for each in proven().flows if each["to"] == "drill"]
    assert [each["ports"] for each in proven().flows if (each["from"], each["to"]) == ("drill", "datadog")] == [
        "8125/UDP"
    ]


def test_each_call_to_aws_goes_to_a_named_endpoint() -> None:
    """No rule of egress names a network that the model does not: there is no way to the internet."""
    spec = hub()
    known = {*spec.network.kms_cidrs, *spec.network.s3_cidrs, spec.network.pod_identity}
    known |= {cidr for each in spec.clusters for cidr in each.api_cidrs}
    named = {
        peer["ipBlock"]["cidr"]
        for policy in network_policies(spec)
        for rule in policy["spec"].get("egress", [])
        for peer in rule["to"]
        if "ipBlock" in peer
    }
    assert named == known


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(small, id="small"),
        pytest.param(lambda spec: replace(spec, name="other", namespace="elsewhere", nodes=7), id="renamed"),
        pytest.param(
            lambda spec: replace(spec, network=replace(spec.network, s3_cidrs=spec.network.kms_cidrs)),
            id="one network for kms and s3",
        ),
        pytest.param(
            lambda spec: replace(spec, network=replace(spec.network, kms_cidrs=("10.0.255.0/24",))), id="nested"
        ),
        pytest.param(
            lambda spec: replace(spec, audit=(*spec.audit, AuditDevice("agent", "socket", address="agent:10518"))),
            id="socket",
        ),
        pytest.param(
            lambda spec: replace(
                spec,
                clusters=(replace(spec.clusters[0], pod_cidrs=("10.0.0.0/17", "fd00::/64")), *spec.clusters[1:]),
            ),
            id="known pods",
        ),
    ],
)
def test_other_models_hold_too(change: Any) -> None:
    """Whatever the model says, both sides say it: networks that overlap are one place of two purposes."""
    assert proof(change(hub())).findings == []


@pytest.mark.parametrize("name", ["deny", "servers"])
def test_a_proof_of_a_policy_that_is_gone_fails(name: str) -> None:
    """The comparison sees what the policies say, and not the declaration twice."""
    wanted = {"deny": "vault-deny", "servers": Naming(hub()).service_account}[name]
    left = [each for each in network_policies(hub()) if each["metadata"]["name"] != wanted]
    assert proof(hub(), left).findings


@pytest.mark.slow
def test_each_change_of_a_rule_of_the_hub_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    """Every part of every policy, dropped or widened, changes the answer."""
    found = proof(hub(), mutate=True)
    with capsys.disabled():
        said = f"{found.policies} policies, {len(found.flows)} flows, {found.mutants} mutants"
        print(f"\n{said}, {found.unnoticed} unnoticed")  # noqa: T201 - the figure that is to be shown
    assert found.findings == []
    assert (found.mutants, found.unnoticed) == (186, 0)
