"""The service account was deleted and made again: same name, another account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT262"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at the API server's words, or at the uid that it names."""
    review, token = evidence.review, evidence.token
    other = review.authenticated and review.uid and token.uid and review.uid != token.uid
    if review.asked and (other or "does not match claim" in review.error):
        yield Found(
            f"the service account {token.namespace}/{token.service_account} was made anew after this token",
            "restart the pod, so that it gets a token of the account that is there now",
            note=review.error or f"the token is of {token.uid}, the account is {review.uid}",
        )
