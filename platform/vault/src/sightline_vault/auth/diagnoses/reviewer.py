"""Whoever reviews the tokens for Vault may not, or is nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT260"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at whether the reviewer was let in, and whether there is one."""
    review = evidence.review
    if review.asked and review.status in {401, 403}:
        what = "is not known to" if review.status == 401 else "may not review tokens at"
        yield Found(
            f"the reviewer {what} the API server {review.where}",
            "bind the cluster role `system:auth-delegator` to its account, or give its new token: "
            "`sightline vault apply --reviewer CLUSTER=FILE`",
            note=review.error,
        )
    elif evidence.about_login and not review.asked and evidence.mount.reviewer == "none" and _refused(evidence):
        yield Found(
            f"nobody reviews the tokens of {evidence.cluster or evidence.mount.path}",
            "give a reviewer's token: `sightline vault apply --reviewer CLUSTER=FILE`",
            note="without one, a token has to review itself, and the API server takes none that is made out to Vault",
        )


def _refused(evidence: Evidence) -> bool:
    return evidence.login.tried and evidence.login.status == 403
