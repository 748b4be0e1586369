"""The filter of system calls is not to be switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS011"
ID = "seccompProfile_baseline"
REASON = "seccompProfile"
PROFILE = Profile.BASELINE
OVERRIDES = ""
ALLOWED = ("RuntimeDefault", "Localhost")


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse every other profile; none at all is allowed here."""
    for each in contexts(pod):
        kind = each.get("seccompProfile", "type")
        if each.get("seccompProfile") is not None and kind not in ALLOWED:
            place = each.at("seccompProfile", "type")
            yield Violation(f"{each.who} has the seccomp profile {kind}", place, "", "use RuntimeDefault")
