"""Computed flows are held to the declared ones, each difference with its reason and its place."""

from __future__ import annotations

from typing import Any

import pytest

from sightline_kube.flows.declared import read_declared
from tests.kube.objects import bundle, pod, policy

from .asking import declaration, messages, proof

PROXY = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "edge"}},
    "podSelector": {"matchLabels": {"app": "proxy"}},
}
PEERS: dict[str, Any] = {
    "web": {"namespace": "shop", "labels": {"app": "web"}},
    "proxy": {"namespace": "edge", "labels": {"app": "proxy"}},
    "database": {"cidrs": ["10.0.9.0/28"]},
}
FLOWS = [{"from": "proxy", "to": "web", "ports": [8080]}, {"from": "web", "to": "database", "ports": [5432]}]
WEB = pod("web", ports=[{"name": "http", "containerPort": 8080}])
DENY = policy("deny", {}, policyTypes=["Ingress", "Egress"])


def allow(ingress: Any = None, egress: Any = None) -> dict[str, Any]:
    default_in = [{"from": [PROXY], "ports": [{"port": "http"}]}]
    default_out = [{"to": [{"ipBlock": {"cidr": "10.0.9.0/28"}}], "ports": [{"port": 5432}]}]
    return policy(
        "allow",
        {"app": "web"},
        policyTypes=["Ingress", "Egress"],
        ingress=default_in if ingress is None else ingress,
        egress=default_out if egress is None else egress,
    )


def found(
    *objects: dict[str, Any], flows: list[dict[str, Any]] | None = None, peers: dict[str, Any] | None = None
) -> dict[str, str]:
    declared = declaration(FLOWS if flows is None else flows, PEERS | (peers or {}))
    return dict(messages(proof(list(objects), declared)))


def test_equal_matrices_have_no_findings() -> None:
    """What is declared is allowed and nothing else; the proof lists the flows."""
    proved = proof([WEB, DENY, allow()], declaration(FLOWS, PEERS))
    assert proved.findings == []
    assert list(proved.flows) == [
        {"from": "proxy", "to": "web", "ports": "8080/TCP"},
        {"from": "web", "to": "database (10.0.9.0/28)", "ports": "5432/TCP"},
    ]


def test_a_missing_flow_names_the_side_that_lacks_it() -> None:
    """The place is the declaration's; the note says which policies hold the flow up."""
    proved = proof([WEB, DENY, allow(ingress=[])], declaration(FLOWS, PEERS))
    (finding,) = proved.findings
    assert finding.code == "FLOW001"
    assert finding.message == "proxy cannot reach 8080/TCP of web"
    assert finding.span is not None
    assert finding.span.file == "flows.yaml"
    assert finding.note == "no ingress rule of deny, allow (web) allows it"
    assert [each.span.file for each in finding.related] == ["m.yaml", "m.yaml"]


def test_a_superfluous_flow_names_its_rule() -> None:
    """The place is the rule that opens it."""
    proved = proof([WEB, DENY, allow(ingress=[{"from": [PROXY]}])], declaration(FLOWS, PEERS))
    (finding,) = proved.findings
    assert finding.code == "FLOW002"
    assert "proxy can reach 1-8079/TCP, 8081-65535/TCP, all UDP, all SCTP of web" in finding.message
    assert finding.span is not None
    assert finding.span.file == "m.yaml"
    assert "an ingress rule of allow allows it" in finding.note
    assert "no policy holds the egress of proxy" in finding.note


@pytest.mark.parametrize(
    ("ingress", "message"),
    [
        (
            [{"from": [{"namespaceSelector": PROXY["namespaceSelector"]}], "ports": [{"port": 8080}]}],
            "any other pod of edge can",
        ),
        (
            [{"from": [{**PROXY, "namespaceSelector": {}}], "ports": [{"port": 8080}]}],
            "a pod with the labels of proxy in any",
        ),
        ([{"from": [{"namespaceSelector": {}}], "ports": [{"port": 8080}]}], "a pod of any other namespace can"),
        (
            [{"from": [PROXY, {"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 8080}]}],
            "the rest of the network (10.0.0.0/8) can",
        ),
    ],
)
def test_strangers_are_seen(ingress: Any, message: str) -> None:
    """A rule that is too wide lets somebody in whom nobody declared, and that is who is named."""
    said = found(WEB, DENY, allow(ingress=ingress))
    assert any(each.startswith(message) for each in said), said


def test_a_label_that_is_not_looked_at_is_seen() -> None:
    """Of a peer that is declared by two labels, a pod with one of them is somebody else."""
    two = {"proxy": {"namespace": "edge", "labels": {"app": "proxy", "tier": "front"}}}
    said = found(WEB, DENY, allow(), peers=two)
    assert list(said) == ["a pod like proxy without its label tier can reach 8080/TCP of web, which is not declared"]


def test_a_namespace_without_a_default_is_seen() -> None:
    """Where no policy denies by default, other pods of the namespace are open."""
    said = found(WEB, allow())
    assert any(each.startswith("any other pod of shop can reach") for each in said)


def test_a_side_that_is_too_wide_alone_is_a_warning() -> None:
    """What only the other side stops is said, and is no error."""
    api = pod("api")
    wide = policy("api", {"app": "api"}, policyTypes=["Egress"], egress=[{"to": [{"podSelector": {}}]}])
    said = found(WEB, api, DENY, allow(), wide)
    assert set(said.values()) == {"FLOW006"}
    assert any("would let Pod/api of shop reach" in each for each in said)


def test_a_part_of_a_network_is_a_part_of_a_flow() -> None:
    """A rule that opens half of a declared network lacks the other half."""
    half = [{"to": [{"ipBlock": {"cidr": "10.0.9.0/29"}}], "ports": [{"port": 5432}]}]
    assert list(found(WEB, DENY, allow(egress=half))) == ["web cannot reach 5432/TCP of database (10.0.9.0/28)"]


def test_a_service_s_port_is_its_pods() -> None:
    """A flow to a peer by Service is declared by the Service's ports, and proven at the pods'."""
    service: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]},
    }
    flows = [{"from": "proxy", "to": "web", "ports": [80]}, FLOWS[1]]
    peer = {"web": {"namespace": "shop", "service": "web"}}
    assert found(WEB, DENY, allow(), service, flows=flows, peers=peer) == {}
    service["spec"]["ports"] = [{"port": 80, "targetPort": 8080}, {"port": "odd"}]
    assert found(WEB, DENY, allow(), service, flows=flows, peers=peer) == {}
    wrong = [{"from": "proxy", "to": "web", "ports": [81]}]
    assert found(WEB, DENY, allow(), service, flows=wrong, peers=peer) == {"Service/web has no port 81/TCP": "FLOW003"}
    gone = {"web": {"namespace": "shop", "service": "wbe"}}
    assert "there is no Service wbe in namespace shop" in found(WEB, DENY, allow(), service, peers=gone)


def test_pod_networks_make_blocks_mean_pods() -> None:
    """Where the plug-in holds pods to blocks, too, a block over the pods' network opens them."""
    out = allow(egress=[{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])
    text = declaration([], PEERS)
    before = messages(proof([WEB, pod("api", namespace="other"), DENY, out], text))
    after = messages(proof([WEB, pod("api", namespace="other"), DENY, out], f"podNetworks: [10.4.0.0/16]\n{text}"))
    assert not any("of Pod/api" in each for each in before)
    assert any("of Pod/api" in each for each in after)


@pytest.mark.parametrize(
    ("block", "meant"),
    [
        ({"cidr": "10.4.2.0/24"}, True),
        ({"cidr": "10.5.0.0/16"}, False),
        ({"cidr": "10.0.0.0/8", "except": ["10.4.0.0/16"]}, False),
        ({"cidr": "10.0.0.0/8", "except": ["10.4.0.0/17"]}, True),
        ({"cidr": "10.0.0.0/8", "except": ["10.4.0.0/17", "10.4.128.0/17"]}, False),
    ],
)
def test_a_block_means_the_pods_it_overlaps(block: dict[str, Any], meant: bool) -> None:  # noqa: FBT001 - a column
    """Some address of the pods' network in the block, and not all of those excepted, is enough."""
    text = f"podNetworks: [10.4.0.0/16]\n{declaration([], PEERS)}"
    said = messages(
        proof([WEB, pod("api", namespace="other"), DENY, allow(egress=[{"to": [{"ipBlock": block}]}])], text)
    )
    assert any("of Pod/api" in each for each in said) is meant


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this declares nothing"),
        ("version: v2\n", "the version of this form is not known"),
        ("[]\n", "this is no mapping"),
        ("version: sightline/flows/v1\nflow: []\n", "there is no field `flow` here"),
        ("version: sightline/flows/v1\npeers: {a: {}}\n", "the peer a is no place"),
        ("version: sightline/flows/v1\npeers: {a: {namespace: b, cidrs: [10.0.0.0/8]}}\n", "the peer a is no place"),
        ("version: sightline/flows/v1\npeers: {a: {cidrs: [10.0.0.1/8]}}\n", "10.0.0.1/8 is no CIDR"),
        (
            "version: sightline/flows/v1\npeers: {a: {namespace: b}}\nflows: [{from: a, to: a}]\n",
            "this flow has no ports",
        ),
        (
            "version: sightline/flows/v1\npeers: {a: {namespace: b}}\nflows: [{from: a, ports: [1]}]\n",
            "this flow has no `to`",
        ),
        (
            "version: sightline/flows/v1\npeers: {a: {namespace: b}}\nflows: [{from: a, to: b, ports: [1]}]\n",
            "there is no peer b",
        ),
        (
            "version: sightline/flows/v1\npeers: {a: {namespace: b}}\nflows: [{from: a, to: a, ports: [x]}]\n",
            "'x' is no port",
        ),
        ("version: sightline/flows/v1\n---\nversion: sightline/flows/v1\n", "a declaration is one document"),
    ],
)
def test_a_declaration_that_cannot_be_read_says_why(text: str, message: str) -> None:
    """Each fault is one finding with a place."""
    _, findings = read_declared(text, "flows.yaml", bundle())
    assert [each.message for each in findings] == [message]
    assert findings[0].span is not None


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"from": [{}]}, "this peer names nobody"),
    ({"from": [{"podselector": {}}]}, "a peer has no field `podselector`"),
    ({"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]}, "either an ipBlock or selectors"),
    ({"from": [{"ipBlock": {"cidr": "10.0.0.0"}}]}, "this is no CIDR"),
    ({"from": [{"ipBlock": {"cidr": "10.0.0.1/8"}}]}, "10.0.0.1/8 means 10.0.0.0/8"),
    ({"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}}]}, "is no part of 10.0.0.0/8"),
    ({"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]}}]}, "is no part of 10.0.0.0/8"),
    (
        {"from": [{"podSelector": {"matchExpressions": [{"key": "a", "operator": "Is"}]}}]},
        "there is no operator Is",
    ),
    ({"from": [{"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}}]}, "In wants values"),
    ({"ports": [{"port": 0}]}, "0 is no port"),
    ({"ports": [{"port": "80"}]}, "'80' is no port"),
    ({"ports": [{"port": 80, "protocol": "tcp"}]}, "there is no protocol tcp"),
    ({"ports": [{"port": "http", "endPort": 81}]}, "an endPort needs a port that is a number"),
    ({"ports": [{"port": 80, "endPort": 79}]}, "an endPort needs a port"),
]
"""Rules that cannot be read, and why."""


@pytest.mark.parametrize(("rule", "message"), REFUSED)
def test_a_policy_that_the_api_server_refuses_says_why(rule: dict[str, Any], message: str) -> None:
    """Each fault of a rule is one finding at its place, and nothing is compared."""
    proved = proof([WEB, policy("p", {}, ingress=[rule])], declaration([], {}))
    assert [each.code for each in proved.findings] == ["FLOW004"]
    assert message in proved.findings[0].message
    assert list(proved.flows) == []


def test_every_mutant_of_a_needed_policy_is_noticed() -> None:
    """No part of these policies can be dropped or widened without a new finding."""
    proved = proof([WEB, DENY, allow()], declaration(FLOWS, PEERS), mutate=True)
    assert proved.findings == []
    assert (proved.mutants, proved.unnoticed) == (16, 0)


def test_every_mutant_of_a_manifold_policy_is_noticed() -> None:
    """Several peers and ports, and addresses that are excepted: none can go, and none can grow."""
    monitor = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "watch"}}}
    peers = {
        **PEERS,
        "monitor": {"namespace": "watch"},
        "database": {"cidrs": ["10.0.9.0/28"]},
        "gateway": {"cidrs": ["10.0.9.1/32"]},
    }
    block = {"ipBlock": {"cidr": "10.0.9.0/28", "except": ["10.0.9.1/32"]}}
    both = [{"from": [PROXY, monitor], "ports": [{"port": 8080}, {"port": 8081}]}]
    out = [{"to": [block], "ports": [{"port": 5432}]}]
    flows = [
        {"from": ["proxy", "monitor"], "to": "web", "ports": [8080, 8081]},
        {"from": "web", "to": "database", "ports": [5432]},
    ]
    watch = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "watch"}}
    proved = proof([WEB, DENY, watch, allow(ingress=both, egress=out)], declaration(flows, peers), mutate=True)
    wrong = [each for each in proved.findings if "any other pod of watch" not in each.message]
    assert wrong == []
    assert proved.mutants == 23
    assert proved.unnoticed == 0


def test_what_no_flow_needs_is_told() -> None:
    """A rule that another repeats, and a policy that holds nobody, could go."""
    again = policy(
        "again", {"app": "web"}, policyTypes=["Ingress"], ingress=[{"from": [PROXY], "ports": [{"port": 8080}]}]
    )
    nobody = policy("nobody", {"app": "gone"}, policyTypes=["Ingress"])
    said = messages(proof([WEB, DENY, allow(), again, nobody], declaration(FLOWS, PEERS), mutate=True))
    assert said["nothing changes when nobody is dropped"] == "FLOW005"
    assert said["nothing changes when ingress rule 1 of again is dropped"] == "FLOW005"
