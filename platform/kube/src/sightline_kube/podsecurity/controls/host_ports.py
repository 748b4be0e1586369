"""A port of the node goes round every NetworkPolicy, and two pods cannot share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation
from sightline_kube.shapes import dig, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS006"
ID = "hostPorts"
REASON = "hostPort"
PROFILE = Profile.BASELINE
OVERRIDES = ""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse each port of the node; under `hostNetwork` the API server makes every port one."""
    on_node = pod.get("spec", "hostNetwork") is True
    for container in pod.containers():
        for index, port in enumerate(items(container.get("ports"))):
            number = dig(port, ("hostPort",)) or (dig(port, ("containerPort",)) if on_node else None)
            if number:
                place = container.at("ports", index, "hostPort" if dig(port, ("hostPort",)) else "containerPort")
                yield Violation(
                    f"container {container.name} takes port {number} of the node", place, "", "use a Service"
                )
