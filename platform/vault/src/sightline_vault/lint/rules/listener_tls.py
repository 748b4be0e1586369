"""A listener without TLS sends tokens and secrets in the clear to whoever is on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.configurations import truth
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT101"
SEVERITY = Severity.ERROR
POINT = 1


def check(estate: Estate) -> Iterator[Finding]:
    """Want a certificate of each listener, and no word that TLS is off."""
    for config, _ in estate.configurations:
        for block in config.blocks("listener"):
            if block.label != "tcp":
                continue
            manifest, help_text = (
                block.part.manifest,
                "give it `tls_cert_file` and `tls_key_file`, and no `tls_disable`",
            )
            if truth(block.get("tls_disable")):
                text = f"a listener of {manifest} has TLS switched off"
                yield Finding(text, block.at("tls_disable"), help_text, manifest=manifest)
            elif not block.get("tls_cert_file") or not block.get("tls_key_file"):
                yield Finding(f"a listener of {manifest} has no certificate", block.at(), help_text, manifest=manifest)
