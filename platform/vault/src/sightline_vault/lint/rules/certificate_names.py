"""A name that the certificate does not carry is one by which no server can be joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import dig
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT109"
SEVERITY = Severity.ERROR
POINT = 2


def check(estate: Estate) -> Iterator[Finding]:
    """Hold the names by which servers join to the Certificate that they mount."""
    for server in estate.servers:
        secrets = {str(dig(volume, ("secret", "secretName"))) for _, volume, _ in server.mounts()}
        held = [
            each
            for each in estate.bundle.of("Certificate")
            if each.effective_namespace == server.pod.namespace and str(each.get("spec", "secretName")) in secrets
        ]
        names = {str(name) for each in held for name in each.items("spec", "dnsNames")}
        wanted = {
            str(join.get("leader_tls_servername"))
            for config in server.configurations
            for join, _ in (config.raft.several("retry_join") if config.raft else ())
            if join.get("leader_tls_servername")
        }
        missing = sorted(each for each in wanted if not {each, f"*.{each.partition('.')[2]}"} & names)
        for each in held[:1] if missing else ():
            more = f" and {len(missing) - 1} more" * (len(missing) > 1)
            help_text = "write the name of each pod under `dnsNames`"
            text = f"{each} lacks {missing[0]}{more}, by which servers join"
            yield Finding(text, each.at("spec", "dnsNames"), help_text, manifest=each)
