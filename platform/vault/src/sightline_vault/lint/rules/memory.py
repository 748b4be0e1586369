"""Raft's file lies in memory: a server that is given too little, or less than it may take, is killed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT131"
SEVERITY = Severity.ERROR
POINT = 11


_LEAST = 512 * 2**20
_UNITS = {"": 1, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "k": 10**3, "M": 10**6, "G": 10**9}
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G|)")


def check(estate: Estate) -> Iterator[Finding]:
    """Want a limit of memory, of half a GiB at least, that is requested whole."""
    for server in estate.servers:
        limit = _bytes(server.container.get("resources", "limits", "memory"))
        request = _bytes(server.container.get("resources", "requests", "memory"))
        span, help_text = server.container.at("resources"), "request what is the limit, 512Mi at least"
        if limit is None:
            text = f"the servers of {server.manifest} have no limit of memory"
            yield Finding(text, span, help_text, manifest=server.manifest)
        elif limit < _LEAST or (request is not None and request < limit):
            text = f"the servers of {server.manifest} are not sure of the memory that they need"
            yield Finding(text, span, help_text, manifest=server.manifest)


def _bytes(value: object) -> float | None:
    found = _QUANTITY.fullmatch(str(value))
    return float(found[1]) * _UNITS[found[2]] if found else None
