"""Capabilities beyond those of a container runtime's default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, own_contexts
from sightline_kube.shapes import items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS004"
ID = "capabilities_baseline"
REASON = "non-default capabilities"
PROFILE = Profile.BASELINE
OVERRIDES = ""
ALLOWED = frozenset(
    {
        *{"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"},
        *{"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"},
    }
)


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse each other capability."""
    for each in own_contexts(pod):
        for index, name in enumerate(items(each.get("capabilities", "add"))):
            if name not in ALLOWED:
                place = each.at("capabilities", "add", index)
                yield Violation(f"{each.who} adds the capability {name}", place, "", "delete it")
