"""The runtime's AppArmor profile is not to be switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS008"
ID = "appArmorProfile"
REASON = "forbidden AppArmor profile"
PROFILE = Profile.BASELINE
OVERRIDES = ""
ALLOWED = ("RuntimeDefault", "Localhost")
ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
HELP = "delete it, or use RuntimeDefault or Localhost"


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse every other profile, in fields and in the annotations of old."""
    for each in contexts(pod):
        kind = each.get("appArmorProfile", "type")
        if each.get("appArmorProfile") is not None and kind not in ALLOWED:
            place = each.at("appArmorProfile", "type")
            yield Violation(f"{each.who} has the AppArmor profile {kind}", place, "", HELP)
    for key, value in pod.annotations.items():
        if key.startswith(ANNOTATION) and value and value != "runtime/default" and not value.startswith("localhost/"):
            place = pod.at("metadata", "annotations", key)
            yield Violation(
                f"container {key.removeprefix(ANNOTATION)} has the AppArmor profile {value}", place, "", HELP
            )
