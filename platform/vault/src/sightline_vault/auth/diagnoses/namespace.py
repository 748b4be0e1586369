"""The role is not for this namespace. A `*` in a role of Vault stands for anything, as there."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT258"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at the account's namespace."""
    role, name = evidence.role, evidence.token.namespace
    if evidence.readable and role.there == "yes" and not any(fnmatchcase(name, each) for each in role.namespaces):
        yield Found(
            f"the role {role.name} is for the namespace {', '.join(role.namespaces)}, and the account is of {name}",
            "let the pod run there, or add the namespace to the role",
            note=f"the role as {role.source} has it",
            field="namespaces",
        )
