"""A server in development mode is unsealed, in memory and open by a known token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_kube.shapes import items
from sightline_vault.lint.asking import spoken
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT126"
SEVERITY = Severity.ERROR
POINT = 7


_DEV = re.compile(r"(^|\s)-dev(-\w+)*(=|\s|$)")


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse its flag, its variables and a container that says nothing: that mode is the image's default."""
    for server in estate.servers:
        text, help_text = f"{server.manifest} runs a development server", "run `vault server -config=/vault/config`"
        for said, span in spoken(server.container):
            if _DEV.search(said):
                yield Finding(text, span, help_text, manifest=server.manifest)
        if found := server.env("VAULT_DEV_ROOT_TOKEN_ID", "VAULT_DEV_LISTEN_ADDRESS", "BAO_DEV_ROOT_TOKEN_ID"):
            yield Finding(text, found[1], help_text, manifest=server.manifest)
        if not items(server.container.get("command")) and not items(server.container.get("args")):
            yield Finding(text, server.container.at("image"), help_text, manifest=server.manifest)
