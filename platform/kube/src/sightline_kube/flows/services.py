"""What a Service's ports are at its pods: a policy sees the pod's port, not the Service's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.flows.ports import NONE, Ports
from sightline_kube.pods import templates
from sightline_kube.selecting import equals
from sightline_kube.shapes import dig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_kube.manifests import Bundle, Manifest
    from sightline_kube.pods import PodTemplate


def behind(service: Manifest, bundle: Bundle) -> list[PodTemplate]:
    """Return the pods that a Service sends to."""
    return [
        each
        for each in templates(bundle)
        if each.namespace == service.effective_namespace and equals(service.get("spec", "selector"), each.labels)
    ]


def translated(service: Manifest, pods: Sequence[PodTemplate], wanted: Ports) -> tuple[Ports, Ports]:
    """Return the pods' ports that a Service's ports lead to, and those that the Service does not have."""
    led, rest = NONE, wanted
    for port in service.items("spec", "ports"):
        number, target = dig(port, ("port",)), dig(port, ("targetPort",))
        protocol = str(dig(port, ("protocol",)) or "TCP")
        if not isinstance(number, int):
            continue
        own = Ports(((protocol, number, number),))
        if own & wanted:
            rest -= own
            led |= _at_pods(protocol, target if target is not None else number, pods)
    return led, rest


def _at_pods(protocol: str, target: object, pods: Sequence[PodTemplate]) -> Ports:
    if isinstance(target, int):
        return Ports(((protocol, target, target),))
    return Ports.of(
        (protocol, number, number)
        for pod in pods
        for name, same, number in pod.ports()
        if name == target and same == protocol
    )
