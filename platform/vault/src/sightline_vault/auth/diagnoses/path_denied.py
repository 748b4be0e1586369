"""The policies of the token do not allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT266"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at what Vault says the token may do there."""
    access = evidence.access
    may = set(access.capabilities)
    if not access.path or not access.valid or (({access.want, "root"} & may) and "deny" not in may):
        return
    can = ", ".join(sorted(may - {"deny"})) or "nothing"
    yield Found(
        f"the token may not {access.want} {access.path}: its policies ({', '.join(access.policies) or 'none'}) "
        f"allow {can} there",
        _help(evidence),
        note="a path of a key-value store of version 2 has `data/` after its mount"
        if "/data/" not in access.path
        else "",
    )


def _help(evidence: Evidence) -> str:
    access = evidence.access
    if access.granting:
        listed = ", ".join(access.granting)
        return f"{listed} would allow it: give it to the role, under `roles`, then `sightline vault apply`"
    return f"write `{access.path}: [{access.want}]` in a policy of the role, then `sightline vault apply`"
