"""Volumes that the cluster's own objects stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation
from sightline_kube.shapes import dig, items, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS101"
ID = "restrictedVolumes"
REASON = "restricted volume types"
PROFILE = Profile.RESTRICTED
OVERRIDES = "hostPathVolumes"
ALLOWED = frozenset(
    {
        *{"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected"},
        "secret",
    }
)


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse every other kind; a volume that names none is an emptyDir."""
    for index, volume in enumerate(items(pod.get("spec", "volumes"))):
        kinds = [key for key, value in mapping(volume).items() if key != "name" and value is not None]
        for kind in kinds if not ALLOWED.intersection(kinds) else ():
            place = pod.at("spec", "volumes", index, kind)
            yield Violation(
                f"the volume {dig(volume, ('name',))} is of kind {kind}", place, "", "use a claim or an emptyDir"
            )
