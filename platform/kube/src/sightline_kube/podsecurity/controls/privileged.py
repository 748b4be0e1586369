"""A privileged container is root on its node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, own_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS003"
ID = "privileged"
REASON = "privileged"
PROFILE = Profile.BASELINE
OVERRIDES = ""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse `privileged: true`."""
    for each in own_contexts(pod):
        if each.get("privileged") is True:
            yield Violation(
                f"{each.who} is privileged", each.at("privileged"), "", "delete it, and add the one capability it needs"
            )
