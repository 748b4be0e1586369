"""Snapshots in the region that is lost are lost with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT123"
SEVERITY = Severity.WARNING
POINT = 19


def check(estate: Estate) -> Iterator[Finding]:
    """Want a copy of every bucket in another region."""
    for each in estate.asked:
        for index, bucket in enumerate(each.needs.buckets):
            if not bucket.replica_region:
                span = each.document.span_of(("buckets", index))
                yield Finding(f"there is no copy of {bucket.name} elsewhere", span, "write `replica_region`")
