"""What initialises a cluster from a pod prints recovery keys and root token into that pod's log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.asking import containers, spoken
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT124"
SEVERITY = Severity.ERROR
POINT = 7


_INIT = re.compile(r"\b(vault|bao)\s+operator\s+init\b|/v1/sys/init\b")


def check(estate: Estate) -> Iterator[Finding]:
    """Refuse it in any command, probe or hook."""
    for each in containers(estate.bundle):
        for said, span in spoken(each):
            if _INIT.search(said):
                text = f"container {each.name} of {each.pod.owner} initialises Vault"
                help_text = "run `sightline vault init`, which encrypts the keys to their owners"
                yield Finding(text, span, help_text, manifest=each.pod.owner)
