"""A policy allows what Kubernetes' documentation says it allows."""

from __future__ import annotations

from typing import Any

import pytest

from sightline_kube.flows.ports import ALL, NONE
from tests.kube.objects import pod, policy

from .asking import between, outside, ports, world

WEB = pod(
    "web", ports=[{"name": "http", "containerPort": 8080}, {"name": "dns", "containerPort": 53, "protocol": "UDP"}]
)
API = pod("api", ports=[{"name": "http", "containerPort": 9090}])
OTHER = pod("other", namespace="other")
DENY = policy("deny", {}, policyTypes=["Ingress", "Egress"])


def space(name: str, **labels: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def ingress(*rules: dict[str, Any]) -> dict[str, Any]:
    return policy("in", {"app": "web"}, policyTypes=["Ingress"], ingress=list(rules))


def test_nothing_is_held_without_a_policy() -> None:
    """Pods that no policy selects are open both ways."""
    made = world(WEB, API)
    assert between(made, "Pod/web", "Pod/api") == ALL
    assert between(made, "Pod/api", "a pod of any other") == ALL


def test_a_policy_of_no_rules_denies() -> None:
    """Default deny holds both directions of every pod of its namespace, and of no other."""
    made = world(WEB, API, OTHER, DENY)
    assert between(made, "Pod/web", "Pod/api") == NONE
    assert between(made, "Pod/other", "Pod/web") == NONE
    assert between(made, "Pod/other", "a pod of any other") == ALL


DIRECTIONS_OF: list[tuple[dict[str, Any], bool, bool]] = [
    ({}, False, True),
    ({"ingress": []}, False, True),
    ({"egress": []}, False, True),
    ({"egress": [{"ports": [{"port": 1}]}]}, False, False),
    ({"policyTypes": ["Egress"]}, True, False),
    ({"policyTypes": ["Ingress"], "egress": [{}]}, False, True),
    ({"policyTypes": []}, False, True),
]


@pytest.mark.parametrize(("spec", "inward", "outward"), DIRECTIONS_OF)
def test_directions_default(spec: dict[str, Any], inward: bool, outward: bool) -> None:  # noqa: FBT001 - columns
    """Without `policyTypes` ingress is held, and egress only where there is such a rule."""
    made = world(WEB, API, policy("p", {"app": "web"}, **spec))
    assert (between(made, "Pod/api", "Pod/web") == ALL) is inward
    assert (between(made, "Pod/web", "Pod/api") == ALL) is outward


def test_both_sides_must_allow() -> None:
    """What egress opens and ingress closes is closed, and what remains are the ports of both."""
    out = policy("out", {"app": "api"}, policyTypes=["Egress"], egress=[{"ports": [{"port": 8000, "endPort": 8100}]}])
    made = world(WEB, API, out, ingress({"ports": [{"port": 8080}, {"port": 9000}]}))
    assert between(made, "Pod/api", "Pod/web") == ports("8080")


PEERS_OF: list[tuple[list[dict[str, Any]], bool, bool]] = [
    ([{"podSelector": {}}], True, False),
    ([{"podSelector": {"matchLabels": {"app": "api"}}}], True, False),
    ([{"podSelector": {"matchLabels": {"app": "other"}}}], False, False),
    ([{"namespaceSelector": {}}], True, True),
    ([{"namespaceSelector": {"matchLabels": {"team": "b"}}}], False, True),
    ([{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}], False, True),
    (
        [{"namespaceSelector": {"matchLabels": {"team": "b"}}, "podSelector": {"matchLabels": {"app": "api"}}}],
        False,
        False,
    ),
    (
        [{"namespaceSelector": {"matchLabels": {"team": "b"}}}, {"podSelector": {"matchLabels": {"app": "api"}}}],
        True,
        True,
    ),
    (
        [{"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["b"]}]}}],
        True,
        False,
    ),
    ([{"ipBlock": {"cidr": "0.0.0.0/0"}}], False, False),
    ([], True, True),
]


@pytest.mark.parametrize(("peers", "api", "other"), PEERS_OF)
def test_peers(peers: list[dict[str, Any]], api: bool, other: bool) -> None:  # noqa: FBT001 - columns of the table
    """Selectors in one entry are joined by and, entries by or; a pod selector alone means the policy's namespace."""
    made = world(WEB, API, OTHER, space("shop", team="a"), space("other", team="b"), ingress({"from": peers}))
    assert (between(made, "Pod/api", "Pod/web") == ALL) is api
    assert (between(made, "Pod/other", "Pod/web") == ALL) is other


ENTRIES_OF: list[tuple[list[dict[str, Any]], tuple[str, ...]]] = [
    ([{"port": 80}], ("80",)),
    ([{"port": 80, "protocol": "UDP"}], ("80/UDP",)),
    ([{"protocol": "SCTP"}], ("all SCTP",)),
    ([{"port": "http"}], ("8080",)),
    ([{"port": "dns"}], ()),
    ([{"port": "dns", "protocol": "UDP"}], ("53/UDP",)),
    ([{"port": "none"}], ()),
    ([{"port": 80, "endPort": 90}, {"port": 85, "endPort": 95}], ("80-95",)),
    ([], ("all",)),
]


@pytest.mark.parametrize(("entries", "opened"), ENTRIES_OF)
def test_port_entries(entries: list[dict[str, Any]], opened: tuple[str, ...]) -> None:
    """TCP is meant where nothing is said; a name is that of a port with the same protocol."""
    assert between(world(WEB, API, ingress({"ports": entries})), "Pod/api", "Pod/web") == ports(*opened)


def test_a_named_port_of_egress_is_the_target_s() -> None:
    """The same name opens another number at each target, and none outside of the cluster."""
    out = policy("out", {}, policyTypes=["Egress"], egress=[{"ports": [{"port": "http"}]}])
    made = outside(WEB, API, out, net="192.0.2.0/24")
    assert between(made, "Pod/api", "Pod/web") == ports("8080")
    assert between(made, "Pod/web", "Pod/api") == ports("9090")
    assert between(made, "Pod/web", "net") == NONE


def test_blocks_hold_addresses() -> None:
    """A block opens what lies in it, but for what is excepted; a peer that is cut by a rule is judged part by part."""
    block = {"cidr": "10.0.0.0/8", "except": ["10.9.0.0/16"]}
    out = policy("out", {}, policyTypes=["Egress"], egress=[{"to": [{"ipBlock": block}], "ports": [{"port": 443}]}])
    made = outside(WEB, out, inside="10.1.0.0/16", excepted="10.9.1.0/24", half="10.8.0.0/15", far="192.0.2.0/24")
    assert between(made, "Pod/web", "inside") == ports("443")
    assert between(made, "Pod/web", "excepted") == NONE
    assert between(made, "Pod/web", "far") == NONE
    assert between(made, "Pod/web", "the rest of the network (10.0.0.0/8)") == ports("443")
    assert between(made, "Pod/web", "the rest of the network (0.0.0.0/0)") == NONE
    assert between(made, "Pod/web", "half (10.8.0.0/15)") == ports("443")
    assert between(made, "Pod/web", "half (10.9.0.0/16)") == NONE


def test_addresses_come_in_by_blocks() -> None:
    """Ingress from outside wants a block; selectors mean pods only. IPv6 is held apart."""
    made = outside(
        WEB, ingress({"from": [{"ipBlock": {"cidr": "2001:db8::/32"}}]}), six="2001:db8:1::/48", four="192.0.2.0/24"
    )
    assert between(made, "six", "Pod/web") == ALL
    assert between(made, "four", "Pod/web") == NONE
    made = outside(WEB, ingress({"from": [{"namespaceSelector": {}}]}), four="192.0.2.0/24")
    assert between(made, "four", "Pod/web") == NONE


def test_pods_on_the_node_s_network_are_not_held() -> None:
    """No selector sees them, and no policy holds them: they have the node's address."""
    node = pod("agent")
    node["spec"]["hostNetwork"] = True
    made = world(WEB, node, DENY, ingress({"from": [{"podSelector": {}}]}))
    assert between(made, "Pod/agent", "Pod/web") == NONE
    assert between(made, "Pod/agent", "a pod of any other") == ALL
