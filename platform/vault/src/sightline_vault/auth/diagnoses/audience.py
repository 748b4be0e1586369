"""The token is made out to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT256"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at the audience."""
    wanted, got = evidence.role.audience, evidence.token.audiences
    if evidence.readable and wanted and wanted not in got:
        yield Found(
            f"the token is for {', '.join(got) or 'nobody in particular'}, and the role wants one for {wanted}",
            f"write `audience: {wanted}` at the `serviceAccountToken` of the pod's projected volume",
            note=f"the role as {evidence.role.source} has it",
            field="audience",
        )
