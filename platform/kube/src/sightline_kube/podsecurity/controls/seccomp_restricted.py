"""A filter of system calls is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, contexts, is_windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS105"
ID = "seccompProfile_restricted"
REASON = "seccompProfile"
PROFILE = Profile.RESTRICTED
OVERRIDES = "seccompProfile_baseline"
ALLOWED = ("RuntimeDefault", "Localhost")


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Want a profile of the pod or of every container, and no bad one anywhere."""
    if is_windows(pod):
        return
    whole = pod.get("spec", "securityContext", "seccompProfile", "type") in ALLOWED
    for each in contexts(pod):
        kind = each.get("seccompProfile", "type")
        if each.get("seccompProfile") is not None and kind not in ALLOWED:
            place = each.at("seccompProfile", "type")
            yield Violation(f"{each.who} has the seccomp profile {kind}", place, "", "use RuntimeDefault")
        elif each.container and each.get("seccompProfile") is None and not whole:
            place = each.at("seccompProfile")
            hint = "set `seccompProfile.type: RuntimeDefault`, of the pod or here"
            yield Violation(f"{each.who} has no seccomp profile", place, "", hint)
