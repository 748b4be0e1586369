"""SELinux types that are a container's; users and roles are the node's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS009"
ID = "seLinuxOptions"
REASON = "seLinuxOptions"
PROFILE = Profile.BASELINE
OVERRIDES = ""
ALLOWED = ("container_t", "container_init_t", "container_kvm_t", "container_engine_t")
"""Since 1.31; before that without the last."""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse every other type, and any user or role."""
    for each in contexts(pod):
        kind = each.get("seLinuxOptions", "type")
        if kind and kind not in ALLOWED:
            place = each.at("seLinuxOptions", "type")
            yield Violation(f"{each.who} has the SELinux type {kind}", place, "", f"use one of {', '.join(ALLOWED)}")
        for field in ("user", "role"):
            if each.get("seLinuxOptions", field):
                place = each.at("seLinuxOptions", field)
                yield Violation(f"{each.who} sets the SELinux {field}", place, "", "delete it")
