"""What a server tells the others to reach it by must be there, and must be https."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT106"
SEVERITY = Severity.ERROR
POINT = 2


_NAMES = {
    "api_addr": ("VAULT_API_ADDR", "BAO_API_ADDR"),
    "cluster_addr": ("VAULT_CLUSTER_ADDR", "BAO_CLUSTER_ADDR"),
}


def check(estate: Estate) -> Iterator[Finding]:
    """Look into the configuration, then the environment, which counts for more."""
    for config, server in estate.configurations:
        for name, variables in _NAMES.items():
            value, span = config.value(name)
            if server is not None and (found := server.env(*variables)):
                value, span = found
            manifest = (
                server.manifest if server and span and span.file == server.manifest.at().file else config.manifest
            )
            help_text = f"write `{name}` with https:// and the pod's own name"
            if span is None and server is not None:
                yield Finding(f"{config.manifest} has no `{name}`", config.head, help_text, manifest=config.manifest)
            elif span is not None and isinstance(value, str) and not value.startswith("https://"):
                yield Finding(f"`{name}` is no https address", span, help_text, manifest=manifest)
