"""The token names an issuer that no cluster of the model has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT255"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at the issuer."""
    wanted = evidence.issuers.get(evidence.cluster, "")
    if evidence.readable and wanted and evidence.token.issuer and not evidence.home:
        yield Found(
            f"the token is issued by {evidence.token.issuer}, and no cluster is",
            f"a token of {evidence.cluster} has the issuer {wanted}; where the cluster has another now, write it "
            "under `clusters`; else somebody has made this token",
        )
