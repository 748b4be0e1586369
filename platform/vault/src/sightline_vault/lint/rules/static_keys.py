"""A key of the cloud that is written down opens the cluster to whoever reads it, for as long as nobody rotates it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT116"
SEVERITY = Severity.ERROR
POINT = 6


_FIELDS = {"access_key", "secret_key", "session_token", "token", "client_secret", "credentials"}
_VARIABLES = ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AZURE_CLIENT_SECRET", "GOOGLE_APPLICATION_CREDENTIALS")


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse credentials in the seal's section and in the server's variables."""
    help_text = "let the pod's identity give short-lived ones (EKS Pod Identity)"
    for config, _ in estate.configurations:
        for block in config.blocks("seal"):
            for name in sorted(_FIELDS & block.body.keys()):
                text = f"the seal of {block.part.manifest} has its credentials written down"
                yield Finding(text, block.at(name), help_text, manifest=block.part.manifest)
    for server in estate.servers:
        for name in _VARIABLES:
            if found := server.env(name):
                yield Finding(f"{server.manifest} is given {name}", found[1], help_text, manifest=server.manifest)
