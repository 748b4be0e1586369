"""What the servers' account may do, whoever takes a server over may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import dig, items
from sightline_vault.lint.asking import bindings, role_of
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT136"
SEVERITY = Severity.ERROR
POINT = 14


_NEEDED = {"pods": {"get", "update", "patch"}, "tokenreviews": {"create"}}
"""The service registration's own pod (https://developer.hashicorp.com/vault/docs/configuration/service-registration/kubernetes),
and the review of tokens."""


def check(estate: Estate) -> Iterator[Finding]:
    """Hold each rule of each role that is bound to the account to what servers do."""
    for server in estate.servers:
        for binding in bindings(estate.bundle, server.pod.namespace, server.pod.service_account):
            role = role_of(estate.bundle, binding)
            for index, rule in enumerate(items(role.get("rules")) if role else ()):
                resources, verbs = ([str(one) for one in items(dig(rule, (key,)))] for key in ("resources", "verbs"))
                more = [each for each in resources if each not in _NEEDED]
                more += [verb for each in resources for verb in verbs if each in _NEEDED and verb not in _NEEDED[each]]
                if role and more:
                    said = f"{', '.join(verbs)} {', '.join(resources)}"
                    text = f"the account of {server.manifest} may {said}"
                    help_text = "let it get, update and patch its own pods"
                    yield Finding(text, role.at("rules", index), help_text, manifest=role)
