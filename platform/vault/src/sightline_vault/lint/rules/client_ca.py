"""A command in the pod that does not know the CA fails, and the next hand writes `-tls-skip-verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT111"
SEVERITY = Severity.WARNING
POINT = 3


_CAS = ("VAULT_CACERT", "VAULT_CAPATH", "VAULT_CACERT_BYTES", "BAO_CACERT", "BAO_CAPATH")


def check(estate: Estate) -> Iterator[Finding]:
    """Want the CA beside the address that the server's container speaks to."""
    for server in estate.servers:
        found = server.env("VAULT_ADDR", "BAO_ADDR")
        if found and str(found[0]).startswith("https://") and server.env(*_CAS) is None:
            text = f"container {server.container.name} of {server.manifest} does not know the CA of its own address"
            yield Finding(text, found[1], "set `VAULT_CACERT` to the mounted ca.crt", manifest=server.manifest)
