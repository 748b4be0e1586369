"""The mount has no such role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.suggest import did_you_mean
from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT253"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at whether the role is there."""
    role = evidence.role
    if not evidence.about_login or role.there != "no" or evidence.mount.there == "no":
        return
    near = did_you_mean(role.name, role.others)
    yield Found(
        f"the mount {evidence.mount.path} has no role {role.name}",
        f"did you mean `{near}`?" if near else "write it under `roles`, then `sightline vault apply`",
        note=f"looked for in {role.source}",
    )
