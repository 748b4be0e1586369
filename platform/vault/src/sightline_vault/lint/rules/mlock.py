"""Raft maps its whole file into memory: locked there, it is killed for it as it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.configurations import truth
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT112"
SEVERITY = Severity.ERROR
POINT = 4


def check(estate: Estate) -> Iterator[Finding]:
    """Want `disable_mlock` said with Raft, as Vault does since 1.20; OpenBao has no mlock."""
    for config, server in estate.configurations:
        value, span = config.value("disable_mlock")
        if config.raft is None or truth(value) or (server and server.is_openbao):
            continue
        text = f"{config.manifest} locks Raft's memory" if span else f"{config.manifest} does not say `disable_mlock`"
        help_text = "write `disable_mlock = true`, and run on nodes without swap"
        yield Finding(text, span or config.head, help_text, manifest=config.manifest)
