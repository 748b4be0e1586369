"""TLS before 1.2 is broken, and Vault still speaks it to whoever asks where it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT102"
SEVERITY = Severity.ERROR
POINT = 1


_OLD = {"tls10", "tls11"}


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse the old versions as the least and as the highest one; the server's own default is 1.2."""
    for config, _ in estate.configurations:
        for block in config.blocks("listener"):
            for name in ("tls_min_version", "tls_max_version"):
                if str(block.get(name)) in _OLD:
                    text = f"a listener of {block.part.manifest} speaks {block.get(name)}"
                    help_text = 'write `tls_min_version = "tls13"`, or "tls12"'
                    yield Finding(text, block.at(name), help_text, manifest=block.part.manifest)
