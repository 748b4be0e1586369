"""What several rules ask of a bundle: what containers run, which policies hold a pod, what an account may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_kube.flows.policies import directions
from sightline_kube.pods import templates
from sightline_kube.selecting import matches
from sightline_kube.shapes import Path, dig, items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.diagnostics import Span
    from sightline_kube.manifests import Bundle, Manifest
    from sightline_kube.pods import Container

_RUN: tuple[Path, ...] = (
    ("command",),
    ("args",),
    *((probe, "exec", "command") for probe in ("livenessProbe", "readinessProbe", "startupProbe")),
    *(("lifecycle", hook, "exec", "command") for hook in ("postStart", "preStop")),
)


def containers(bundle: Bundle) -> Iterator[Container]:
    """Yield every container of every workload."""
    for pod in templates(bundle):
        yield from pod.containers()


def spoken(container: Container) -> Iterator[tuple[str, Span]]:
    """Yield each text that a container runs: its command, probes and hooks."""
    for path in _RUN:
        for index, each in enumerate(items(container.get(*path))):
            if isinstance(each, str):
                yield each, container.at(*path, index)


def variables(container: Container) -> Iterator[tuple[str, Any, Span]]:
    """Yield name, value and place of each variable of a container; the value is None where it comes from elsewhere."""
    for index, each in enumerate(items(container.get("env"))):
        yield str(dig(each, ("name",))), dig(each, ("value",)), container.at("env", index)


def holding(bundle: Bundle, namespace: str, labels: Mapping[str, str], direction: str) -> list[Manifest]:
    """Return the policies that hold a direction (`Ingress`, `Egress`) of pods."""
    return [
        each
        for each in bundle.of("NetworkPolicy")
        if each.effective_namespace == namespace
        and matches(each.get("spec", "podSelector"), labels)
        and direction in directions(each)
    ]


def opens(rule: Any, port: int) -> bool:
    """Whether a rule of a policy opens a port by its number; a named one is not looked up."""
    listed = items(dig(rule, ("ports",)))
    if not listed:
        return True
    for each in listed:
        first, last = dig(each, ("port",)), dig(each, ("endPort",))
        if first is None or (isinstance(first, int) and first <= port <= (last if isinstance(last, int) else first)):
            return True
    return False


def bindings(bundle: Bundle, namespace: str, account: str) -> Iterator[Manifest]:
    """Yield the bindings that give a service account rights."""
    for each in bundle.of("RoleBinding", "ClusterRoleBinding"):
        for subject in items(each.get("subjects")):
            same = dig(subject, ("namespace",)) in (namespace, None)
            if dig(subject, ("kind",)) == "ServiceAccount" and dig(subject, ("name",)) == account and same:
                yield each


def role_of(bundle: Bundle, binding: Manifest) -> Manifest | None:
    """Return the role that a binding binds, None where it is not among the manifests."""
    kind, name = str(binding.get("roleRef", "kind")), str(binding.get("roleRef", "name"))
    return bundle.find(kind, "" if kind == "ClusterRole" else binding.effective_namespace, name)
