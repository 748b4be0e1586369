"""Claims that go with the StatefulSet take every secret with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT144"
SEVERITY = Severity.ERROR
POINT = 19


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse a policy that deletes them, when the set goes or is scaled."""
    for server in estate.servers:
        for when in ("whenDeleted", "whenScaled"):
            path = ("spec", "persistentVolumeClaimRetentionPolicy", when)
            if server.manifest.get(*path) == "Delete":
                text = f"the volumes of {server.manifest} are deleted with it"
                yield Finding(text, server.manifest.at(*path), "write `Retain`", manifest=server.manifest)
