"""A probe that takes a sealed server for a dead one restarts it for as long as KMS is away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT148"
SEVERITY = Severity.ERROR
POINT = 16


_STATES = ("sealedcode", "uninitcode")


def check(estate: Estate) -> Iterator[Finding]:
    """Want of the liveness probe to pass while the server is sealed or not initialised."""
    for server in estate.servers:
        probe, help_text = (
            server.container.get("livenessProbe"),
            "ask /v1/sys/health?standbyok=true&sealedcode=204&uninitcode=204",
        )
        path = server.container.get("livenessProbe", "httpGet", "path")
        said = " ".join(map(str, server.container.get("livenessProbe", "exec", "command") or []))
        query = parse_qs(urlsplit(str(path)).query)
        strict = path is not None and not all(query.get(each, ["503"])[0].startswith(("2", "3")) for each in _STATES)
        if probe and (("/v1/sys/health" in str(path) and strict) or "status" in said):
            text = f"a sealed server of {server.manifest} is restarted"
            yield Finding(text, server.container.at("livenessProbe"), help_text, manifest=server.manifest)
