"""The API server that Vault has to ask does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT259"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at whether there was an answer."""
    review = evidence.review
    if review.asked and (review.status == 0 or review.status >= 500):
        yield Found(
            f"the API server {review.where} does not answer: {review.error or review.status}",
            "see that it is up, and that Vault's egress and its CA under `clusters` fit; all logins of the cluster "
            "wait for it",
            note="Vault says no more than `permission denied` then; tokens that it has given stay good",
        )
