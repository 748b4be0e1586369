"""A probe that names a host lets the kubelet ask anybody, since version 1.34 of the standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS007"
ID = "hostProbesAndHostLifecycle"
REASON = "probe or lifecycle host"
PROFILE = Profile.BASELINE
OVERRIDES = ""
HANDLERS = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse each host of a probe or a lifecycle handler."""
    for container in pod.containers():
        for place in HANDLERS:
            for way in ("httpGet", "tcpSocket"):
                host = container.get(*place, way, "host")
                if host:
                    said = f"the {place[-1]} of container {container.name} asks the host {host}"
                    yield Violation(said, container.at(*place, way, "host"), "", "delete it: the pod itself is meant")
