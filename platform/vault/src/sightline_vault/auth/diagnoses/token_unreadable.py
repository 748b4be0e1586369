"""There is no token, or what was given is none of a service account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT250"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at whether the token could be read."""
    if not evidence.about_login:
        return
    if not evidence.token.given:
        yield Found(
            "no token was sent",
            "mount one: a projected volume with a `serviceAccountToken` and the audience of the role",
            note="a pod with `automountServiceAccountToken: false` has none",
        )
    elif evidence.token.problem:
        yield Found(
            f"this is no token of a service account: {evidence.token.problem}",
            "send the file's content as it is, without quotes, prefix or line break",
        )
