"""Endpoints and logs for those who look for faults show what Vault is there to hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.configurations import truth
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT147"
SEVERITY = Severity.ERROR
POINT = 19


_SWITCHES = {
    "raw_storage_endpoint": "lets whoever may read it read the storage itself",
    "introspection_endpoint": "shows the inside of the server",
    "ui": "is one more way in, which nobody here has asked for",
    "enable_response_header_hostname": "tells clients the servers' names",
}


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse them, and log levels that write down requests."""
    for config, server in estate.configurations:
        for name, why in _SWITCHES.items():
            value, span = config.value(name)
            if span and truth(value):
                yield Finding(
                    f"`{name}` of {config.manifest} {why}", span, f"take `{name}` out", manifest=config.manifest
                )
        value, span = config.value("log_level")
        if server is not None and (found := server.env("VAULT_LOG_LEVEL", "BAO_LOG_LEVEL")):
            value, span = found
        if span and str(value).lower() in {"debug", "trace"}:
            text = f"the servers of {config.manifest} log at {value}"
            yield Finding(text, span, "use info", manifest=config.manifest)
