"""/proc stays masked whatever the pod's users are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, own_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS107"
ID = "procMount_restricted"
REASON = "procMount"
PROFILE = Profile.RESTRICTED
OVERRIDES = "procMount"


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse an unmasked one."""
    for each in own_contexts(pod):
        kind = each.get("procMount")
        if kind is not None and kind != "Default":
            yield Violation(f"{each.who} sees {kind} /proc", each.at("procMount"), "", "delete it")
