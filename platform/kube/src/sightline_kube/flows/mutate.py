"""Would anybody notice? Each part of each policy dropped or widened must change what the comparison says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_kube.flows.compare import compare
from sightline_kube.flows.policies import Policy, PortEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_core.diagnostics import Span
    from sightline_kube.flows.declared import Declared
    from sightline_kube.flows.policies import Peer, Rule
    from sightline_kube.flows.world import World

UNNOTICED = "FLOW005"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy with one part changed; None where it is gone."""

    what: str
    policy: Policy | None
    span: Span


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Yield every change of one part of a policy."""
    yield Mutant(f"{policy.name} is dropped", None, policy.span)
    for direction in policy.directions:
        others = tuple(each for each in policy.directions if each != direction)
        if not others:  # which is the same as being dropped
            continue
        yield Mutant(f"{policy.name} holds no {direction.lower()}", replace(policy, directions=others), policy.span)
    for direction in policy.directions:
        rules = policy.rules(direction)
        for index, rule in enumerate(rules):
            for what, changed in _changes(rule):
                every = (*rules[:index], *([changed] if changed else []), *rules[index + 1 :])
                title = f"{direction.lower()} rule {index + 1} of {policy.name} {what}"
                mutant = replace(policy, ingress=every) if direction == "Ingress" else replace(policy, egress=every)
                yield Mutant(title, mutant, rule.span)


def _changes(rule: Rule) -> Iterator[tuple[str, Rule | None]]:
    yield "is dropped", None
    if rule.peers:
        yield "lets everybody", replace(rule, peers=())
    for index, peer in enumerate(rule.peers):
        for what, changed in _wider(peer, index + 1):
            yield what, replace(rule, peers=(*rule.peers[:index], changed, *rule.peers[index + 1 :]))
        if len(rule.peers) > 1:
            yield f"loses peer {index + 1}", replace(rule, peers=(*rule.peers[:index], *rule.peers[index + 1 :]))
    if rule.ports:
        yield "opens all ports", replace(rule, ports=())
    for index, entry in enumerate(rule.ports):
        before, after = rule.ports[:index], rule.ports[index + 1 :]
        if entry.port is not None:
            opened = PortEntry(entry.protocol)
            yield f"opens all {entry.protocol}, by port {index + 1}", replace(rule, ports=(*before, opened, *after))
        if len(rule.ports) > 1:
            yield f"loses port {index + 1}", replace(rule, ports=(*before, *after))


def _wider(peer: Peer, number: int) -> Iterator[tuple[str, Peer]]:
    if peer.pods:
        yield f"lets every pod, by peer {number}", replace(peer, pods={})
    if peer.namespaces:
        yield f"lets every namespace, by peer {number}", replace(peer, namespaces={})
    for gone in peer.excepted:
        kept = tuple(each for each in peer.excepted if each != gone)
        yield f"lets {gone}, by peer {number}", replace(peer, excepted=kept)


def unnoticed(world: World, declared: Declared, file: str) -> Iterator[Mutant]:
    """Yield the mutants of which the comparison says nothing new: what they change is needed by no flow."""
    before = _said(world, declared, file)
    for index, policy in enumerate(world.policies):
        for mutant in mutants(policy):
            changed = (mutant.policy,) if mutant.policy else ()
            policies = (*world.policies[:index], *changed, *world.policies[index + 1 :])
            if _said(replace(world, policies=policies), declared, file) == before:
                yield mutant


def diagnostics(found: Sequence[Mutant]) -> Iterator[Diagnostic]:
    """Say of each unnoticed mutant that its part of the policy does nothing."""
    for each in found:
        yield Diagnostic(
            UNNOTICED,
            Severity.WARNING,
            f"nothing changes when {each.what}",
            each.span,
            "no declared flow needs it",
            "delete what does nothing, or declare the peer that it is for",
            url=page(UNNOTICED),
        )


def _said(world: World, declared: Declared, file: str) -> frozenset[str]:
    return frozenset(each.message for each in compare(world, declared, file))
