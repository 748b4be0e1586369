"""Nothing is mounted where the login went: Vault says `permission denied` to that, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT251"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at whether the mount is there."""
    if evidence.about_login and evidence.mount.there == "no":
        yield Found(
            f"there is no auth mount {evidence.mount.path}",
            f"log in at the mount of the pod's cluster, or make it: add {evidence.cluster or 'it'} to `clusters`, "
            "then `sightline vault apply`",
        )
