"""The node's network, processes and IPC are not the pod's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS002"
ID = "hostNamespaces"
REASON = "host namespaces"
PROFILE = Profile.BASELINE
OVERRIDES = ""
FIELDS = ("hostNetwork", "hostPID", "hostIPC")


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse each namespace that is shared with the node."""
    for field in FIELDS:
        if pod.get("spec", field) is True:
            yield Violation(f"the pod shares the node's namespace by `{field}`", pod.at("spec", field), "", "delete it")
