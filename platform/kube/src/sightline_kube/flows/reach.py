"""The flows that policies allow, each with the rules that allow it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_kube.flows.networks import inside, size
from sightline_kube.flows.policies import DIRECTIONS
from sightline_kube.flows.ports import ALL, HIGHEST, NONE, Ports
from sightline_kube.flows.world import Addresses, Pod
from sightline_kube.selecting import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.flows.networks import Network
    from sightline_kube.flows.policies import Peer, Policy, PortEntry, Rule
    from sightline_kube.flows.world import Endpoint, World

INGRESS, EGRESS = DIRECTIONS


@dataclass(frozen=True, slots=True)
class Grant:
    """Ports that one rule opens."""

    policy: Policy
    rule: Rule
    ports: Ports


@dataclass(frozen=True, slots=True)
class Side:
    """One direction at one end.

    Without `policies` nothing holds that direction and every port is open; with policies and no grant, none is.
    """

    policies: tuple[Policy, ...]
    grants: tuple[Grant, ...]

    @property
    def ports(self) -> Ports:
        """What is open."""
        if not self.policies:
            return ALL
        return Ports.of(each for grant in self.grants for each in grant.ports.ranges)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one endpoint may send to another: what both sides allow."""

    source: Endpoint
    target: Endpoint
    egress: Side
    ingress: Side

    @property
    def ports(self) -> Ports:
        """The ports at the target."""
        return self.egress.ports & self.ingress.ports


def reaches(world: World) -> Iterator[Reach]:
    """Yield every pair that a policy of the world could hold, allowed or not; addresses among each other are not."""
    for source in world.endpoints:
        for target in world.endpoints:
            if isinstance(source, Pod) or isinstance(target, Pod):
                yield Reach(source, target, _side(world, EGRESS, source, target), _side(world, INGRESS, target, source))


def _side(world: World, direction: str, held: Endpoint, other: Endpoint) -> Side:
    if not isinstance(held, Pod) or held.on_node:
        return Side((), ())
    policies = tuple(
        each
        for each in world.policies
        if direction in each.directions and each.namespace == held.namespace and matches(each.selector, held.labels)
    )
    target = held if direction == INGRESS else other
    grants = []
    for policy in policies:
        for rule in policy.rules(direction):
            if not rule.peers or any(_is(world, policy, peer, other) for peer in rule.peers):
                ports = _open(rule.ports, target)
                grants += [Grant(policy, rule, ports)] if ports else []
    return Side(policies, tuple(grants))


def _is(world: World, policy: Policy, peer: Peer, other: Endpoint) -> bool:
    if isinstance(other, Addresses):
        return _covers(peer, other)
    if peer.block is not None:
        # Whether a pod's own address counts is the network plug-in's choice. Where the pods' network is known, it does.
        return any(_overlaps(peer, network) for network in world.pod_networks)
    if other.on_node:
        return False
    if peer.namespaces is None:
        return other.namespace == policy.namespace and matches(peer.pods, other.labels)
    labels = world.namespaces.get(other.namespace, {})
    return matches(peer.namespaces, labels) and matches(peer.pods, other.labels)


def _covers(peer: Peer, other: Addresses) -> bool:
    return (
        peer.block is not None
        and inside(other.network, peer.block)
        and not any(inside(other.network, each) for each in peer.excepted)
    )


def _overlaps(peer: Peer, network: Network) -> bool:
    """Whether some address of a network is in a block and not excepted."""
    if peer.block is None or not (inside(network, peer.block) or inside(peer.block, network)):
        return False
    shared = max(network, peer.block, key=lambda each: each.prefixlen)
    if any(inside(shared, each) for each in peer.excepted):
        return False
    return size([each for each in peer.excepted if inside(each, shared)]) < shared.num_addresses


def _open(entries: tuple[PortEntry, ...], target: Endpoint) -> Ports:
    if not entries:
        return ALL
    found = NONE
    for each in entries:
        if each.port is None:
            found |= Ports(((each.protocol, 1, HIGHEST),))
        elif isinstance(each.port, int):
            found |= Ports(((each.protocol, each.port, each.end or each.port),))
        elif isinstance(target, Pod):
            # A name is looked up in the pod that is spoken to, whichever side the policy stands on.
            found |= Ports.of(
                (protocol, number, number)
                for name, protocol, number in target.ports
                if name == each.port and protocol == each.protocol
            )
    return found
