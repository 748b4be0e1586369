"""Vault does not know the token that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_vault.auth.diagnoses import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.auth.evidence import Evidence

CODE = "VLT265"


def check(evidence: Evidence) -> Iterator[Found]:
    """Look at whether Vault knew it."""
    if evidence.access.path and not evidence.access.valid:
        yield Found(
            "Vault knows no such token: it has ended, was revoked, or is of another cluster",
            "log in again; a client has to renew its token, or log in anew, before its end",
            note="a restore takes back tokens that were given after the snapshot",
        )
