"""All is well but Vault's own way to the API server: what is left where nothing else explains a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT264"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at a refusal without words, of a token that the API server vouches for."""
    login, review = evidence.login, evidence.review
    vouched = (
        review.asked and review.authenticated and (not evidence.token.uid or review.uid in {"", evidence.token.uid})
    )
    if login.tried and login.status == 403 and vouched and _wordless(login.errors):
        yield Found(
            f"the API server vouches for the token, and Vault did not hear it from {evidence.mount.host or 'there'}",
            "see that Vault reaches that address (egress, CA), and that its reviewer's token is still good: "
            "`sightline vault apply --reviewer CLUSTER=FILE`",
            note="by exclusion: audience, names, times and signature fit",
        )


def _wordless(errors: tuple[str, ...]) -> bool:
    return all("permission denied" in each for each in errors)
