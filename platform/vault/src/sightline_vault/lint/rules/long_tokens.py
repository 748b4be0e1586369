"""A token is as good as the pod that it was stolen from, for as long as it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding
from sightline_vault.model.durations import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT152"
SEVERITY = Severity.ERROR
POINT = 14


_LONGEST = 24 * 3600


def check(estate: Estate) -> Iterator[Finding]:
    """Want the tokens of each role to end within a day."""
    for model in estate.models:
        for index, role in enumerate(model.spec.roles):
            if (seconds(role.max_ttl) or 0) > _LONGEST:
                span = model.document.span_of(("roles", index, "max_ttl"))
                text = f"a token of the role {role.name} lives up to {role.max_ttl}"
                yield Finding(text, span, "let it be renewed by a new login: `max_ttl: 1h`")
