"""Root in a container is root, unless it is nobody outside of the pod (1.35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, contexts, in_user_namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS103"
ID = "runAsNonRoot"
REASON = "runAsNonRoot != true"
PROFILE = Profile.RESTRICTED
OVERRIDES = ""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Want `runAsNonRoot: true` of the pod or of every container, and false nowhere."""
    if in_user_namespace(pod):
        return
    whole = pod.get("spec", "securityContext", "runAsNonRoot")
    for each in contexts(pod):
        own = each.get("runAsNonRoot")
        if own is False:
            yield Violation(f"{each.who} may run as root", each.at("runAsNonRoot"), "", "set `runAsNonRoot: true`")
        elif each.container and own is None and whole is None:
            place = each.at("runAsNonRoot")
            yield Violation(f"{each.who} may run as root", place, "", "set `runAsNonRoot: true`, of the pod or here")
