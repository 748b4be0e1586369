"""Two servers stand no loss, and an even number no more than the odd one below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT127"
SEVERITY = Severity.ERROR
POINT = 8


_GOOD = (3, 5, 7)


def check(estate: Estate) -> Iterator[Finding]:
    """Want 3, 5 or 7 servers."""
    for server in estate.servers:
        if server.manifest.kind == "StatefulSet" and server.replicas not in _GOOD:
            text = f"{server.manifest} has {server.replicas} server{'' if server.replicas == 1 else 's'}"
            span = server.manifest.at("spec", "replicas")
            yield Finding(text, span, "set `replicas` to 3, 5 or 7", manifest=server.manifest)
