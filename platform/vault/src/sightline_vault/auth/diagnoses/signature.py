"""The token says all the right things and is signed by a key that the cluster does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT263"

_EXPLAINED = ("not found", "does not match claim", "is invalid for the target audiences", "expired")


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at what the API server refuses for none of the reasons that it names and the claims show."""
    review = evidence.review
    if not review.asked or review.authenticated or not 200 <= review.status < 300 or not evidence.readable:
        return
    ours = evidence.issuers.get(evidence.cluster, evidence.token.issuer) == evidence.token.issuer
    token = evidence.token
    in_time = token.not_before <= evidence.now <= (token.expires or evidence.now)
    if ours and in_time and not any(words in review.error for words in _EXPLAINED):
        yield Found(
            f"the token is not signed by {evidence.cluster or 'this cluster'}",
            "find out where it comes from: a cluster that was made anew has a new key, and old tokens are void; "
            "else somebody has made this one",
            note=review.error,
        )
