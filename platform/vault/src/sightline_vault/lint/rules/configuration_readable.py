"""A configuration that cannot be read is one that nobody has checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT100"
SEVERITY = Severity.ERROR
POINT = 1


def check(estate: Estate) -> Iterator[Finding]:
    """Report each file of a server's configuration that is no HCL."""
    for part in estate.broken:
        span, help_text = part.at(), "write it as Vault reads it: `sightline vault render` does"
        yield Finding(
            f"the configuration of {part.manifest} cannot be read", span, help_text, part.broken, manifest=part.manifest
        )
