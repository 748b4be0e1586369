"""No capability but that of a port below 1024."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, is_windows, own_contexts
from sightline_kube.shapes import items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS106"
ID = "capabilities_restricted"
REASON = "unrestricted capabilities"
PROFILE = Profile.RESTRICTED
OVERRIDES = "capabilities_baseline"


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Want ALL dropped of every container, and none but that one added."""
    for each in () if is_windows(pod) else own_contexts(pod):
        if "ALL" not in items(each.get("capabilities", "drop")):
            place = each.at("capabilities", "drop")
            yield Violation(f"{each.who} keeps capabilities", place, "", 'set `capabilities.drop: ["ALL"]`')
        for index, name in enumerate(items(each.get("capabilities", "add"))):
            if name != "NET_BIND_SERVICE":
                place = each.at("capabilities", "add", index)
                yield Violation(f"{each.who} adds the capability {name}", place, "", "delete it")
