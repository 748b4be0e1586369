"""A server that joins hands over what opens the cluster's data: it must know to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT108"
SEVERITY = Severity.ERROR
POINT = 2


def check(estate: Estate) -> Iterator[Finding]:
    """Want https, a CA and a server name of each leader that may be joined."""
    for config, _ in estate.configurations:
        for each, span in config.raft.several("retry_join") if config.raft else ():
            plain = str(each.get("leader_api_addr", "https://")).startswith("http://")
            missing = ["https"] * (plain or each.get("auto_join_scheme") == "http")
            missing += ["a CA"] * (not each.get("leader_ca_cert_file") and not each.get("leader_ca_cert"))
            missing += ["a server name"] * (not each.get("leader_tls_servername"))
            if missing:
                text = f"a leader is joined without {' and '.join(missing)}"
                help_text = "write `leader_api_addr` with https, `leader_ca_cert_file` and `leader_tls_servername`"
                yield Finding(text, span, help_text, manifest=config.manifest)
