"""A path of the node is a way out of the pod."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation
from sightline_kube.shapes import dig, items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS005"
ID = "hostPathVolumes"
REASON = "hostPath volumes"
PROFILE = Profile.BASELINE
OVERRIDES = ""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse each such volume."""
    for index, volume in enumerate(items(pod.get("spec", "volumes"))):
        if dig(volume, ("hostPath",)) is not None:
            place = pod.at("spec", "volumes", index, "hostPath")
            yield Violation(
                f"the volume {dig(volume, ('name',))} is a path of the node", place, "", "use another volume"
            )
