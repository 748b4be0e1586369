"""A Vault that signs its own listener's certificate cannot start again once that has expired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import dig
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT105"
SEVERITY = Severity.ERROR
POINT = 1


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse a Certificate of a server whose issuer asks a Vault for it."""
    secrets = {
        (server.pod.namespace, str(dig(volume, ("secret", "secretName"))))
        for server in estate.servers
        for _, volume, _ in server.mounts()
    }
    for each in estate.bundle.of("Certificate"):
        kind, name = str(each.get("spec", "issuerRef", "kind") or "Issuer"), str(each.get("spec", "issuerRef", "name"))
        space = "" if kind == "ClusterIssuer" else each.effective_namespace
        issuer = estate.bundle.find(kind, space, name)
        wanted = (each.effective_namespace, str(each.get("spec", "secretName"))) in secrets or not estate.servers
        if wanted and issuer is not None and issuer.get("spec", "vault") is not None:
            text = f"{each} of the servers is signed by a Vault"
            help_text = "take it from a CA that lives without this Vault"
            yield Finding(text, each.at("spec", "issuerRef"), help_text, manifest=each)
