"""Without `retry_join` a server that lost its data, or is new, waits for somebody to join it by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT107"
SEVERITY = Severity.ERROR
POINT = 2


def check(estate: Estate) -> Iterator[Finding]:
    """Want every other server named, or a search for them."""
    for config, server in estate.configurations:
        raft = config.raft
        if raft is None:
            continue
        joins = [each for each, _ in raft.several("retry_join")]
        leaders = {str(each.get("leader_api_addr")) for each in joins if each.get("leader_api_addr")}
        manifest, help_text = config.manifest, "name each of the others in a `retry_join`"
        if not joins:
            yield Finding(
                f"the servers of {manifest} do not join by themselves", raft.at(), help_text, manifest=manifest
            )
        elif server and not any(each.get("auto_join") for each in joins) and len(leaders) < server.replicas - 1:
            text = f"{len(leaders)} of {server.replicas - 1} other servers are named in {manifest}"
            yield Finding(
                text, raft.at("retry_join"), help_text, "if these are away, nobody is found", manifest=manifest
            )
