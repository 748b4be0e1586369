"""The flows that ought to be allowed, as somebody declared them.

version: sightline/flows/v1
subjects: [vault]                  # namespaces to prove; those with policies where left out
podNetworks: [10.0.0.0/16]         # where pods have their addresses, if an ipBlock may mean them
peers:
  vault: {namespace: vault, labels: {app: vault}}
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}}
  api: {namespace: vault, service: vault}     # the pods behind a Service, its ports translated to theirs
  kms: {cidrs: [10.0.1.7/32]}
flows:
  - {from: vault, to: dns, ports: [53/UDP, 53/TCP]}
  - {from: vault, to: kms, ports: [443]}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sightline_core.diagnostics import Diagnostic, Severity, Span, page
from sightline_core.located import load_all
from sightline_core.suggest import did_you_mean
from sightline_kube.flows.networks import network
from sightline_kube.flows.ports import NONE, Ports, parse
from sightline_kube.flows.services import behind, translated
from sightline_kube.shapes import Path, dig, items, mapping, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sightline_core.located import Located
    from sightline_kube.flows.networks import Network
    from sightline_kube.manifests import Bundle, Manifest

BAD_DECLARATION = "FLOW003"
VERSION = "sightline/flows/v1"

_TOP = ("version", "subjects", "podNetworks", "peers", "flows")
_PEER = ("namespace", "labels", "namespaceLabels", "service", "ports", "cidrs")
_FLOW = ("from", "to", "ports", "why")


@dataclass(frozen=True, slots=True)
class DeclaredPeer:
    """Pods of a namespace that carry all of some labels, or networks."""

    name: str
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    ports: tuple[tuple[str, str, int], ...] = ()
    networks: tuple[Network, ...] = ()
    service: Manifest | None = None


@dataclass(frozen=True, slots=True)
class DeclaredFlow:
    """Ports that one peer may reach at another."""

    source: str
    target: str
    ports: Ports
    span: Span


@dataclass(frozen=True, slots=True)
class Declared:
    """A whole declaration."""

    peers: tuple[DeclaredPeer, ...] = ()
    flows: tuple[DeclaredFlow, ...] = ()
    subjects: tuple[str, ...] = ()
    pod_networks: tuple[Network, ...] = ()


def read_declared(text: str, file: str, bundle: Bundle) -> tuple[Declared, list[Diagnostic]]:
    """Read a declaration; `bundle` holds the Services that it names."""
    documents, findings = load_all(text, file)
    if not documents:
        if not findings:
            findings = [_finding(Span(file, 1, 1, 1, 1), "this declares nothing", f"begin with `version: {VERSION}`")]
        return Declared(), findings
    reader = _Reader(documents[0], bundle)
    declared = reader.declared()
    for extra in documents[1:]:
        reader.findings.append(_finding(extra.span, "a declaration is one document", "delete this one"))
    return declared, [*findings, *reader.findings]


class _Reader:
    def __init__(self, document: Located, bundle: Bundle) -> None:
        self.document = document
        self.bundle = bundle
        self.findings: list[Diagnostic] = []

    def declared(self) -> Declared:
        value = self.document.value
        self._keys((), _TOP)
        if isinstance(value, dict) and value.get("version") != VERSION:
            self._say(("version",), "the version of this form is not known", f"write `version: {VERSION}`")
        peers = tuple(
            each for name in mapping(dig(value, ("peers",))) if (each := self._peer(("peers", name), name)) is not None
        )
        by_name = {each.name: each for each in peers}
        flows = [
            each
            for index in range(len(items(dig(value, ("flows",)))))
            for each in self._flow(("flows", index), by_name)
        ]
        subjects = tuple(str(each) for each in items(dig(value, ("subjects",))))
        return Declared(peers, tuple(flows), subjects, self._networks(("podNetworks",)))

    def _peer(self, path: Path, name: str) -> DeclaredPeer | None:
        value = mapping(dig(self.document.value, path))
        before = len(self.findings)
        self._keys(path, _PEER)
        networks = self._networks((*path, "cidrs"))
        namespace = value.get("namespace")
        service = None
        if bool(networks) == isinstance(namespace, str) and len(self.findings) == before:
            self._say(path, f"the peer {name} is no place", "give it a `namespace`, with `labels`, or `cidrs`")
        labels = words(value.get("labels"))
        if value.get("service") is not None:
            service = self.bundle.find("Service", str(namespace), str(value["service"]))
            if service is None:
                text = f"there is no Service {value['service']} in namespace {namespace}"
                self._say((*path, "service"), text, "name one of the manifests")
            else:
                labels = words(service.get("spec", "selector"))
        ports = tuple(
            (key, protocol, first)
            for key, text in mapping(value.get("ports")).items()
            for protocol, first, _ in self._ports((*path, "ports", key), [text]).ranges
        )
        if len(self.findings) > before:
            return None
        spaces = words(value.get("namespaceLabels"))
        return DeclaredPeer(name, str(namespace or ""), labels, spaces, ports, networks, service)

    def _flow(self, path: Path, peers: Mapping[str, DeclaredPeer]) -> Iterable[DeclaredFlow]:
        value = mapping(dig(self.document.value, path))
        before = len(self.findings)
        self._keys(path, _FLOW)
        for side in ("from", "to"):
            for name in _several(value.get(side)) or [None]:
                # A peer that could not be read has been spoken of.
                if name not in peers and name not in mapping(dig(self.document.value, ("peers",))):
                    near = did_you_mean(str(name), peers)
                    said = f"there is no peer {name}" if name else f"this flow has no `{side}`"
                    self._say((*path, side), said, f"did you mean `{near}`?" if near else "declare it under `peers`")
        ports = self._ports((*path, "ports"), value.get("ports"))
        if not ports and len(self.findings) == before:
            self._say((*path, "ports"), "this flow has no ports", "list them: [8200, 53/UDP]")
        if len(self.findings) > before:
            return
        for source in _several(value["from"]):
            for target in _several(value["to"]):
                if source in peers and target in peers:
                    there = self._at_pods((*path, "ports"), peers[target].service, ports)
                    yield DeclaredFlow(source, target, there, self.document.span_of(path))

    def _at_pods(self, path: Path, service: Manifest | None, ports: Ports) -> Ports:
        """Return the pods' ports behind a Service's; the ports themselves where there is no Service."""
        if service is None:
            return ports
        there, unknown = translated(service, behind(service, self.bundle), ports)
        if unknown:
            self._say(path, f"{service} has no port {unknown}", "name the Service's own ports")
        return there

    def _ports(self, path: Path, value: Any) -> Ports:
        found = NONE
        for index, each in enumerate(_several(value)):
            ports = parse(str(each))
            if ports is None:
                here = (*path, index) if isinstance(value, list) else path
                self._say(here, f"{each!r} is no port", "write 8200, 53/UDP, 1024-2048/TCP or all")
            else:
                found |= ports
        return found

    def _networks(self, path: Path) -> tuple[Network, ...]:
        networks = []
        for index, each in enumerate(items(dig(self.document.value, path))):
            found = network(each)
            if found is None:
                self._say((*path, index), f"{each} is no CIDR", "write an address and a prefix: 10.0.0.0/8")
            else:
                networks.append(found)
        return tuple(networks)

    def _keys(self, path: Path, known: tuple[str, ...]) -> None:
        value = dig(self.document.value, path) if path else self.document.value
        if not isinstance(value, dict):
            self._say(path, "this is no mapping", f"it may have {', '.join(known)}")
        for key in mapping(value):
            if key not in known:
                near = did_you_mean(key, known)
                span = self.document.key_span((*path, key))
                hint = f"did you mean `{near}`?" if near else f"it may have {', '.join(known)}"
                self.findings.append(_finding(span, f"there is no field `{key}` here", hint))

    def _say(self, path: Path, message: str, help_text: str) -> None:
        self.findings.append(_finding(self.document.span_of(path), message, help_text))


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _finding(span: Span, message: str, help_text: str) -> Diagnostic:
    code = BAD_DECLARATION
    return Diagnostic(code, Severity.ERROR, message, span, help=help_text, url=page(code))
