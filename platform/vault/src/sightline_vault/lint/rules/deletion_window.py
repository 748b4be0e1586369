"""When a key is deleted, every secret and snapshot sealed by it is lost: the window is the time to notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT120"
SEVERITY = Severity.ERROR
POINT = 6


_DAYS = 30


def check(estate: Estate) -> Iterator[Finding]:
    """Want the longest window that AWS has."""
    for each in estate.asked:
        for index, key in enumerate(each.needs.keys):
            if key.deletion_window_days < _DAYS:
                span = each.document.span_of(("keys", index, "deletion_window_days"))
                text = f"the key {key.name} is gone {key.deletion_window_days} days after somebody deletes it"
                yield Finding(text, span, f"write `deletion_window_days: {_DAYS}`")
