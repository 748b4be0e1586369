"""Snapshots that can be deleted are the first thing that an intruder deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT122"
SEVERITY = Severity.ERROR
POINT = 19


def check(estate: Estate) -> Iterator[Finding]:
    """Want a lock of every bucket, and no role that may delete or shorten it."""
    for each in estate.asked:
        for index, bucket in enumerate(each.needs.buckets):
            if not bucket.lock_days:
                span = each.document.span_of(("buckets", index))
                yield Finding(f"nothing locks what is in {bucket.name}", span, "write `lock_days: 30`")
        for index, role in enumerate(each.needs.roles):
            for place, grant in enumerate(role.grants):
                wrong = [one for one in grant.actions if _deletes(one)]
                if wrong:
                    span = each.document.span_of(("roles", index, "grants", place, "actions"))
                    text = f"{role.name} may {', '.join(wrong)} on {grant.on}"
                    yield Finding(text, span, "let the bucket's lifecycle delete what is too old")


def _deletes(action: str) -> bool:
    # Where versions are kept, as under a lock, a plain delete only hides the newest.
    return "Bypass" in action or (action.startswith("s3:Delete") and action != "s3:DeleteObject")
