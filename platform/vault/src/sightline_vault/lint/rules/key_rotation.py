"""A key that is never rotated protects ever more by one secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT119"
SEVERITY = Severity.ERROR
POINT = 6


def check(estate: Estate) -> Iterator[Finding]:
    """Want rotation of every key that is asked for."""
    for each in estate.asked:
        for index, key in enumerate(each.needs.keys):
            if not key.rotation:
                span = each.document.span_of(("keys", index, "rotation"))
                yield Finding(f"the key {key.name} is not rotated", span, "write `rotation: true`")
