"""A Windows HostProcess container has the node's rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_kube.podsecurity.profiles import Profile, Violation, contexts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_kube.pods import PodTemplate

CODE = "PSS001"
ID = "windowsHostProcess"
REASON = "hostProcess"
PROFILE = Profile.BASELINE
OVERRIDES = ""
FIELD = ("windowsOptions", "hostProcess")


def check(pod: PodTemplate) -> Iterator[Violation]:
    """Refuse `hostProcess: true`."""
    for each in contexts(pod):
        if each.get(*FIELD) is True:
            yield Violation(f"{each.who} is a HostProcess of Windows", each.at(*FIELD), "", "delete it")
