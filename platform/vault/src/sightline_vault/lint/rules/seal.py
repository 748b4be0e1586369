"""Without a seal that opens by itself, each restart waits for people with key shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT115"
SEVERITY = Severity.ERROR
POINT = 6


def check(estate: Estate) -> Iterator[Finding]:
    """Want a seal of each configuration that has a storage."""
    for config, _ in estate.configurations:
        if not [*config.blocks("storage", "backend")]:
            continue
        if not any(each.label != "shamir" for each in config.blocks("seal")):
            text = f"the servers of {config.manifest} are unsealed by hand"
            yield Finding(text, config.head, 'add `seal "awskms"`, with a key of its own', manifest=config.manifest)
