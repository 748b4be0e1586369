"""A token that stands in a manifest or a Secret is one that nobody revokes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.asking import containers, variables
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT125"
SEVERITY = Severity.ERROR
POINT = 7


_NAMES = {"VAULT_TOKEN", "BAO_TOKEN", "VAULT_ROOT_TOKEN"}
_KEY = re.compile(r"(root[-_]?token|recovery[-_]?keys?|unseal[-_]?keys?([-_].*)?)(\.json)?", re.IGNORECASE)


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse tokens in variables, and root tokens and key shares in Secrets."""
    for each in containers(estate.bundle):
        for name, _, span in variables(each):
            if name in _NAMES:
                text = f"container {each.name} of {each.pod.owner} is given a Vault token"
                help_text = "let it log in by its service account, and revoke the token"
                yield Finding(text, span, help_text, manifest=each.pod.owner)
    for secret in estate.bundle.of("Secret"):
        for where in ("data", "stringData"):
            for key in secret.mapping(where):
                if _KEY.fullmatch(key):
                    help_text = "revoke the root token; recovery keys belong to people, encrypted to each"
                    yield Finding(f"{secret} holds {key}", secret.key_at(where, key), help_text, manifest=secret)
