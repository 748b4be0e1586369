"""/proc stays masked, unless root is nobody outside of the pod (1.35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, in_user_namespace, own_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS010"
ID = "procMount"
REASON = "procMount"
PROFILE = Profile.BASELINE
OVERRIDES = ""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse an unmasked one of a pod without a user namespace."""
    for each in () if in_user_namespace(pod) else own_contexts(pod):
        kind = each.get("procMount")
        if kind is not None and kind != "Default":
            yield Violation(f"{each.who} sees {kind} /proc", each.at("procMount"), "", "delete it")
