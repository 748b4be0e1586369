"""Who is there: pods of the manifests, those that were declared, strangers, and addresses outside."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sightline_kube.flows.networks import Network, inside, size
from sightline_kube.flows.policies import Policy, read_policy
from sightline_kube.pods import templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sightline_core.diagnostics import Diagnostic
    from sightline_kube.flows.declared import Declared, DeclaredPeer
    from sightline_kube.manifests import Bundle
    from sightline_kube.pods import PodTemplate

NAME_LABEL = "kubernetes.io/metadata.name"
ELSEWHERE = "the rest of the network"
EVERYTHING: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))


@dataclass(frozen=True, slots=True)
class Pod:
    """Pods that are alike. `names` are the declared peers that they are; one without any is nobody's."""

    title: str
    namespace: str
    labels: Mapping[str, str]
    ports: tuple[tuple[str, str, int], ...] = ()
    names: frozenset[str] = frozenset()
    subject: bool = False
    stranger: bool = False
    on_node: bool = False
    """It uses its node's network: no policy selects it, and others see its node's address."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """A part of the address space that no peer and no rule tells apart any further."""

    title: str
    network: Network
    names: frozenset[str] = frozenset()
    subject: bool = False
    stranger: bool = False


Endpoint = Pod | Addresses


@dataclass(frozen=True, slots=True)
class World:
    """Everything that decides which flows are allowed."""

    endpoints: tuple[Endpoint, ...]
    policies: tuple[Policy, ...]
    namespaces: Mapping[str, Mapping[str, str]]
    """The labels of each namespace."""
    pod_networks: tuple[Network, ...] = field(default=())


def read_world(bundle: Bundle, declared: Declared) -> tuple[World, list[Diagnostic]]:
    """Join the objects of a bundle with what a declaration says of those outside it."""
    policies: list[Policy] = []
    findings: list[Diagnostic] = []
    for manifest in bundle.of("NetworkPolicy"):
        policy, found = read_policy(manifest)
        policies.append(policy)
        findings += found
    subjects = set(declared.subjects) or {each.namespace for each in policies}
    pods = [_pod(each, declared.peers, subjects) for each in templates(bundle)]
    known = {name for each in pods for name in each.names}
    for peer in declared.peers:
        if not peer.networks and peer.name not in known:
            held = peer.namespace in subjects
            pods.append(Pod(peer.name, peer.namespace, peer.labels, peer.ports, frozenset({peer.name}), held))
    endpoints: tuple[Endpoint, ...] = (
        *pods,
        *_strangers(pods, declared.peers, subjects),
        *_addresses(declared.peers, policies),
    )
    return World(endpoints, tuple(policies), _namespaces(bundle, declared, pods), declared.pod_networks), findings


def _pod(template: PodTemplate, peers: Sequence[DeclaredPeer], subjects: set[str]) -> Pod:
    names = frozenset(
        each.name
        for each in peers
        if not each.networks and each.namespace == template.namespace and each.labels.items() <= template.labels.items()
    )
    title = ", ".join(sorted(names)) or f"{template.owner} of {template.namespace}"
    return Pod(
        title,
        template.namespace,
        template.labels,
        tuple(template.ports()),
        names,
        subject=template.namespace in subjects,
        on_node=template.get("spec", "hostNetwork") is True,
    )


def _strangers(pods: Sequence[Pod], peers: Sequence[DeclaredPeer], subjects: set[str]) -> list[Pod]:
    """Return pods that nobody wants to be let in: unlabelled ones, and such as lack one mark of a peer.

    A policy that looks at fewer labels than a peer is declared by, or at no namespace, takes them for that peer.
    """
    strangers = [Pod("a pod of any other namespace", "", {}, stranger=True)]
    strangers += [
        Pod(f"any other pod of {name}", name, {}, subject=name in subjects, stranger=True)
        for name in sorted({*subjects, *(each.namespace for each in pods)})
    ]
    taken = [(each.namespace, each.labels) for each in pods]
    for peer in peers:
        if peer.labels:
            title = f"a pod with the labels of {peer.name} in any other namespace"
            strangers.append(Pod(title, "", peer.labels, peer.ports, stranger=True))
        for key in peer.labels if len(peer.labels) > 1 else ():
            fewer = {each: value for each, value in peer.labels.items() if each != key}
            if (peer.namespace, fewer) not in taken:
                title = f"a pod like {peer.name} without its label {key}"
                strangers.append(Pod(title, peer.namespace, fewer, subject=peer.namespace in subjects, stranger=True))
    return strangers


def _namespaces(bundle: Bundle, declared: Declared, pods: Iterable[Pod]) -> Mapping[str, Mapping[str, str]]:
    labels: dict[str, dict[str, str]] = {each.namespace: {} for each in pods}
    for manifest in bundle.of("Namespace"):
        labels.setdefault(manifest.name, {}).update(manifest.labels)
    for peer in declared.peers:
        labels.setdefault(peer.namespace, {}).update(peer.namespace_labels)
    # The API server sets this label on every namespace, and nobody can take it away.
    return {name: {**each, NAME_LABEL: name} for name, each in labels.items() if name}


def _addresses(peers: Sequence[DeclaredPeer], policies: Sequence[Policy]) -> list[Addresses]:
    """Cut the address space along every network that a peer or a rule names.

    CIDRs are nested or apart, never crossing. So each one without the smaller ones in it is a part that lies wholly
    inside or wholly outside of every other, and its own network stands for it.
    """
    named = {network: peer.name for peer in peers for network in peer.networks}
    cuts = {*EVERYTHING, *named}
    for policy in policies:
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers:
                cuts |= {peer.block, *peer.excepted} if peer.block else set()
    parts = []
    for network in sorted(cuts, key=lambda each: (each.version, each.network_address, each.prefixlen)):
        within = [each for each in cuts if each != network and inside(each, network)]
        if size(within) == network.num_addresses:
            continue
        owner = max((each for each in named if inside(network, each)), key=lambda each: each.prefixlen, default=None)
        name = named[owner] if owner else ""
        title = f"{name} ({network})" if name else f"{ELSEWHERE} ({network})"
        parts.append(Addresses(title, network, frozenset({name} - {""}), stranger=not name))
    return parts
