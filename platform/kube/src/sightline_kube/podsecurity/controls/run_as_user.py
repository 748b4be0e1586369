"""User 0 is root, unless it is nobody outside of the pod (1.35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, contexts, in_user_namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS104"
ID = "runAsUser"
REASON = "runAsUser=0"
PROFILE = Profile.RESTRICTED
OVERRIDES = ""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse it; no user at all is allowed here."""
    for each in () if in_user_namespace(pod) else contexts(pod):
        if each.get("runAsUser") == 0 and each.get("runAsUser") is not False:
            yield Violation(f"{each.who} runs as root", each.at("runAsUser"), "", "name another user, such as 65532")
