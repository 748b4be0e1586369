"""The seal's key encrypts, decrypts and describes: any other right on it is a way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT121"
SEVERITY = Severity.ERROR
POINT = 6


_SEAL = {"kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"}
_STORE = {"kms:GenerateDataKey", *_SEAL}


def check(estate: Estate) -> Iterator[Finding]:
    """Hold what roles are granted on keys to what is done with them; a bucket's key may make data keys."""
    for each in estate.asked:
        stored = {bucket.key for bucket in each.needs.buckets}
        for index, role in enumerate(each.needs.roles):
            for place, grant in enumerate(role.grants):
                kind, _, name = grant.on.partition("/")
                more = sorted(set(grant.actions) - (_STORE if name in stored else _SEAL)) if kind == "key" else []
                if more:
                    span = each.document.span_of(("roles", index, "grants", place, "actions"))
                    text = f"{role.name} is granted {', '.join(more)} on {grant.on}"
                    yield Finding(text, span, f"grant {', '.join(sorted(_SEAL))}, and no more")
