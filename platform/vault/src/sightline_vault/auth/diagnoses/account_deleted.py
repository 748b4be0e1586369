"""The service account was deleted after the token was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT261"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at the API server's words: `serviceaccounts "x" not found`."""
    review, token = evidence.review, evidence.token
    if review.asked and not review.authenticated and "not found" in review.error:
        yield Found(
            f"the service account {token.namespace}/{token.service_account} is not there any more",
            "create it again and restart the pod: a token of the old account is not one of the new",
            note=review.error,
        )
