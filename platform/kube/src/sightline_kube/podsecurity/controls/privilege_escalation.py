"""A program with the set-user-ID bit must not give more rights than its caller has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, is_windows, own_contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS102"
ID = "allowPrivilegeEscalation"
REASON = "allowPrivilegeEscalation != false"
PROFILE = Profile.RESTRICTED
OVERRIDES = ""


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Want `allowPrivilegeEscalation: false` of every container but those of Windows."""
    for each in () if is_windows(pod) else own_contexts(pod):
        if each.get("allowPrivilegeEscalation") is not False:
            place = each.at("allowPrivilegeEscalation")
            yield Violation(f"{each.who} may gain rights", place, "", "set `allowPrivilegeEscalation: false`")
