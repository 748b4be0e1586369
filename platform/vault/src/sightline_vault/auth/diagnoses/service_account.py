"""The role is not for this service account. A `*` in a role of Vault stands for anything, as there."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT257"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at the account's name."""
    role, name = evidence.role, evidence.token.service_account
    if evidence.readable and role.there == "yes" and not any(fnmatchcase(name, each) for each in role.service_accounts):
        yield Found(
            f"the role {role.name} is for {', '.join(role.service_accounts)}, not for the service account {name}",
            "let the pod run as one of these, or add the account to the role",
            note=f"the role as {role.source} has it",
            field="service_accounts",
        )
