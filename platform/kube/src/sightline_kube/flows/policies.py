"""NetworkPolicies as values; what the API server would refuse of them is a finding."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, page
from sightline_kube.flows.networks import inside, network
from sightline_kube.flows.ports import HIGHEST, PROTOCOLS
from sightline_kube.selecting import OPERATORS
from sightline_kube.shapes import Path, dig, items, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.diagnostics import Span
    from sightline_kube.flows.networks import Network
    from sightline_kube.manifests import Manifest

BAD_POLICY = "FLOW004"
DIRECTIONS = ("Ingress", "Egress")


@dataclass(frozen=True, slots=True)
class Peer:
    """One entry of `from` or `to`: pods by selectors (None where there is none), or addresses."""

    pods: Any = None
    namespaces: Any = None
    block: Network | None = None
    excepted: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class PortEntry:
    """One entry of `ports`; a port of None is every one of the protocol."""

    protocol: str = "TCP"
    port: int | str | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a policy. No peers means everybody, no ports means all."""

    peers: tuple[Peer, ...]
    ports: tuple[PortEntry, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """One NetworkPolicy."""

    name: str
    namespace: str
    selector: Any
    directions: tuple[str, ...]
    ingress: tuple[Rule, ...]
    egress: tuple[Rule, ...]
    span: Span = field(compare=False)

    def rules(self, direction: str) -> tuple[Rule, ...]:
        """Return its rules of a direction."""
        return self.ingress if direction == "Ingress" else self.egress


def directions(manifest: Manifest) -> tuple[str, ...]:
    """Return the directions that a policy holds: where it does not say, ingress, and egress if it has such rules."""
    said = manifest.get("spec", "policyTypes")
    if said:
        return tuple(each for each in DIRECTIONS if each in items(said))
    return DIRECTIONS if manifest.items("spec", "egress") else DIRECTIONS[:1]


def read_policy(manifest: Manifest) -> tuple[Policy, list[Diagnostic]]:
    """Read one policy; a part that cannot be read is a finding, and allows nothing."""
    findings = [
        *_selector(manifest, ("spec", "podSelector")),
        *(
            _finding(
                manifest, ("spec", "policyTypes", index), f"there is no policy type {each}", "use Ingress or Egress"
            )
            for index, each in enumerate(manifest.items("spec", "policyTypes"))
            if each not in DIRECTIONS
        ),
    ]
    rules: dict[str, tuple[Rule, ...]] = {}
    for key, side in (("ingress", "from"), ("egress", "to")):
        read = []
        for index in range(len(manifest.items("spec", key))):
            path: Path = ("spec", key, index)
            peers, wrong = _peers(manifest, (*path, side))
            ports, odd = _ports(manifest, (*path, "ports"))
            findings += [*wrong, *odd]
            if not wrong and not odd:
                read.append(Rule(peers, ports, manifest.at(*path)))
        rules[key] = tuple(read)
    policy = Policy(
        manifest.name,
        manifest.effective_namespace,
        manifest.get("spec", "podSelector"),
        directions(manifest),
        rules["ingress"],
        rules["egress"],
        manifest.head,
    )
    return policy, findings


def _peers(manifest: Manifest, path: Path) -> tuple[tuple[Peer, ...], list[Diagnostic]]:
    peers, findings = [], []
    for index, each in enumerate(items(manifest.get(*path))):
        here = (*path, index)
        known = {key: value for key, value in mapping(each).items() if value is not None}
        odd = sorted(known.keys() - {"podSelector", "namespaceSelector", "ipBlock"})
        if odd:
            findings.append(_finding(manifest, (*here, odd[0]), f"a peer has no field `{odd[0]}`", "use a selector"))
        elif not known:
            text, hint = "this peer names nobody", "for everybody leave the whole list out"
            findings.append(_finding(manifest, here, text, hint))
        elif "ipBlock" in known and len(known) > 1:
            text, hint = "a peer is either an ipBlock or selectors", "make two entries of it"
            findings.append(_finding(manifest, (*here, "ipBlock"), text, hint))
        elif "ipBlock" in known:
            peer, wrong = _block(manifest, (*here, "ipBlock"))
            findings += wrong
            peers += [peer] if peer else []
        else:
            for key in known:
                findings += _selector(manifest, (*here, key))
            peers.append(Peer(known.get("podSelector"), known.get("namespaceSelector")))
    return tuple(peers), findings


def _block(manifest: Manifest, path: Path) -> tuple[Peer | None, list[Diagnostic]]:
    text = manifest.get(*path, "cidr")
    block = network(text)
    if block is None and (meant := network(text, strict=False)):
        # The API server takes it, with a warning since 1.33; whoever wrote it may have meant one address.
        return None, [
            _finding(manifest, (*path, "cidr"), f"{text} means {meant}", f"write {meant}, or one address", "")
        ]
    if block is None:
        return None, [
            _finding(manifest, (*path, "cidr"), "this is no CIDR", "write an address and a prefix: 10.0.0.0/8")
        ]
    excepted, findings = [], []
    for index, each in enumerate(items(manifest.get(*path, "except"))):
        other = network(each)
        if other is None or not inside(other, block) or other == block:
            text = f"{each} is no part of {block}"
            findings.append(
                _finding(manifest, (*path, "except", index), text, "except a smaller range inside the block")
            )
        else:
            excepted.append(other)
    return Peer(block=block, excepted=tuple(excepted)), findings


def _ports(manifest: Manifest, path: Path) -> tuple[tuple[PortEntry, ...], list[Diagnostic]]:
    ports, findings = [], []
    for index, each in enumerate(items(manifest.get(*path))):
        here = (*path, index)
        protocol, port, end = (dig(each, (key,)) for key in ("protocol", "port", "endPort"))
        if protocol not in (None, *PROTOCOLS):
            findings.append(
                _finding(manifest, (*here, "protocol"), f"there is no protocol {protocol}", "use TCP or UDP")
            )
        elif port is not None and not _is_port(port) and not (isinstance(port, str) and port and not port.isdigit()):
            text, hint = f"{port!r} is no port", f"write a number from 1 to {HIGHEST} without quotes, or a name"
            findings.append(_finding(manifest, (*here, "port"), text, hint))
        elif end is not None and not (_is_port(end) and _is_port(port) and end >= port):
            text = "an endPort needs a port that is a number and not above it"
            findings.append(_finding(manifest, (*here, "endPort"), text, "give both as numbers"))
        else:
            ports.append(PortEntry(protocol or "TCP", port, end))
    return tuple(ports), findings


def _is_port(value: Any) -> bool:
    return type(value) is int and 1 <= value <= HIGHEST


def _selector(manifest: Manifest, path: Path) -> Iterator[Diagnostic]:
    for index, each in enumerate(items(manifest.get(*path, "matchExpressions"))):
        operator, values = dig(each, ("operator",)), items(dig(each, ("values",)))
        here = (*path, "matchExpressions", index)
        if operator not in OPERATORS:
            hint = f"use one of {', '.join(sorted(OPERATORS))}"
            yield _finding(manifest, (*here, "operator"), f"there is no operator {operator}", hint)
        elif (operator in {"In", "NotIn"}) != bool(values):
            text = f"{operator} wants {'values' if not values else 'no values'}"
            yield _finding(manifest, here, text, "In and NotIn take values, the others none")


def _finding(
    manifest: Manifest, path: Path, message: str, help_text: str, label: str = "the API server refuses it"
) -> Diagnostic:
    return Diagnostic(
        BAD_POLICY,
        Severity.ERROR,
        f"{manifest} cannot be read: {message}",
        manifest.at(*path),
        label,
        help_text,
        url=page(BAD_POLICY),
    )
