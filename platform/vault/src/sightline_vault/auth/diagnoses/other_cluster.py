"""The token is of another cluster of the model than the mount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT252"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at whose issuer the token names."""
    home = evidence.home
    if (
        evidence.readable
        and home
        and evidence.issuers.get(evidence.cluster, evidence.token.issuer) != evidence.token.issuer
    ):
        yield Found(
            f"the token is of the cluster {home}, and the login went to the mount of {evidence.cluster}",
            f"log in at the mount of {home}",
            note=f"its issuer is {evidence.token.issuer}",
        )
