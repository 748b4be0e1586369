"""What holds of any policies: allowing adds, order is nothing, a policy without rules only takes away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_kube.flows.policies import DIRECTIONS, Policy, read_policy
from sightline_kube.flows.reach import reaches
from tests.kube.objects import bundle, pod, policy

from .asking import outside

if TYPE_CHECKING:
    from sightline_kube.flows.policies import Rule
    from sightline_kube.flows.ports import Ports
    from sightline_kube.flows.world import World

LABELS = st.sampled_from(
    [{}, {"matchLabels": {"app": "a"}}, {"matchLabels": {"app": "b"}}, {"matchLabels": {"app": "c"}}]
)
NAMESPACES = st.sampled_from([{}, {"matchLabels": {"kubernetes.io/metadata.name": "other"}}])
BLOCKS = st.sampled_from(
    [{"cidr": "10.0.0.0/8"}, {"cidr": "10.1.0.0/16", "except": ["10.1.1.0/24"]}, {"cidr": "0.0.0.0/0"}]
)
PEERS = st.one_of(
    st.fixed_dictionaries({"podSelector": LABELS}),
    st.fixed_dictionaries({"namespaceSelector": NAMESPACES}, optional={"podSelector": LABELS}),
    st.fixed_dictionaries({"ipBlock": BLOCKS}),
)
ENTRIES = st.one_of(
    st.fixed_dictionaries({"port": st.sampled_from([80, 443, "http"])}),
    st.fixed_dictionaries({"port": st.just(8000), "endPort": st.integers(8000, 8010)}),
    st.fixed_dictionaries({"protocol": st.just("UDP")}),
)
RULES = st.lists(st.tuples(st.lists(PEERS, max_size=2), st.lists(ENTRIES, max_size=2)), max_size=2)


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    selector = draw(st.sampled_from([{}, {"app": "a"}, {"app": "b"}]))
    spec: dict[str, Any] = {}
    for key, side in (("ingress", "from"), ("egress", "to")):
        spec[key] = [
            {name: value for name, value in ((side, peers), ("ports", entries)) if value}
            for peers, entries in draw(RULES)
        ]
    kinds = draw(st.sampled_from([None, ["Ingress"], ["Egress"], ["Ingress", "Egress"]]))
    if kinds:
        spec["policyTypes"] = kinds
    return policy(draw(st.sampled_from("pqrs")), selector, namespace=draw(st.sampled_from(["shop", "other"])), **spec)


PODS = (
    pod("a", ports=[{"name": "http", "containerPort": 8080}]),
    pod("b"),
    pod("c", namespace="other", ports=[{"name": "http", "containerPort": 80}]),
)


def made(drawn: list[dict[str, Any]]) -> World:
    base = outside(*PODS, near="10.1.1.0/28", far="192.0.2.0/24")
    return replace(base, policies=tuple(parsed(each) for each in drawn))


def parsed(value: dict[str, Any]) -> Policy:
    found, findings = read_policy(bundle(value).manifests[0])
    assert findings == []
    return found


def with_rules(changed: Policy, direction: str, rules: tuple[Rule, ...]) -> Policy:
    return replace(changed, ingress=rules) if direction == "Ingress" else replace(changed, egress=rules)


def matrix(world: World) -> dict[tuple[str, str], Ports]:
    return {(each.source.title, each.target.title): each.ports for each in reaches(world)}


WORLDS = st.lists(policies(), min_size=1, max_size=4).map(made)


@settings(max_examples=40)
@given(WORLDS, st.data())
def test_another_rule_never_takes_a_flow_away(world: World, data: st.DataObject) -> None:
    """Rules only allow: with one more, every flow that was is still there."""
    index = data.draw(st.integers(0, len(world.policies) - 1))
    other = parsed(data.draw(policies()))
    chosen = world.policies[index]
    for direction in chosen.directions:
        wider = with_rules(chosen, direction, (*chosen.rules(direction), *other.rules(direction)))
        changed = replace(world, policies=(*world.policies[:index], wider, *world.policies[index + 1 :]))
        after = matrix(changed)
        assert all(not ports - after[pair] for pair, ports in matrix(world).items())


@settings(max_examples=40)
@given(WORLDS, st.randoms(use_true_random=False))
def test_the_order_of_policies_rules_and_peers_is_nothing(world: World, dice: Any) -> None:
    """Shuffled, they allow the same."""
    shuffled = []
    for each in dice.sample(world.policies, len(world.policies)):
        changed = each
        for direction in DIRECTIONS:
            rules = tuple(
                replace(rule, peers=tuple(dice.sample(rule.peers, len(rule.peers))), ports=rule.ports[::-1])
                for rule in dice.sample(each.rules(direction), len(each.rules(direction)))
            )
            changed = with_rules(changed, direction, rules)
        shuffled.append(changed)
    assert matrix(replace(world, policies=tuple(shuffled))) == matrix(world)


@settings(max_examples=40)
@given(WORLDS)
def test_denying_by_default_adds_nothing(world: World) -> None:
    """A policy without rules takes flows away and opens none; a second one like it changes nothing."""
    deny = parsed(policy("deny", {}, policyTypes=["Ingress", "Egress"]))
    before, after = matrix(world), matrix(replace(world, policies=(*world.policies, deny)))
    assert all(not ports - before[pair] for pair, ports in after.items())
    assert matrix(replace(world, policies=(*world.policies, deny, deny))) == after


@settings(max_examples=40)
@given(WORLDS)
def test_a_flow_is_what_both_sides_allow(world: World) -> None:
    """No flow goes past either side, and a side without policies is open."""
    for each in reaches(world):
        assert each.ports == each.egress.ports & each.ingress.ports
        for side in (each.egress, each.ingress):
            assert side.policies or not side.grants
