"""A dead server that stays a voter makes the quorum harder to reach with each that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_vault.lint.rules import Finding
from sightline_vault.model.durations import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_vault.lint.estate import Estate

CODE = "VLT142"
SEVERITY = Severity.ERROR
POINT = 18


_SOONEST = 600


def check(estate: Estate) -> Iterator[Finding]:
    """Want autopilot to remove dead servers, and not those that merely restart."""
    for model in estate.models:
        found = model.spec.autopilot
        if not found.cleanup_dead_servers:
            span = model.document.span_of(("autopilot", "cleanup_dead_servers"))
            yield Finding("dead servers stay in the quorum", span, "write `cleanup_dead_servers: true`")
        if (seconds(found.dead_server_last_contact_threshold) or 0) < _SOONEST:
            span = model.document.span_of(("autopilot", "dead_server_last_contact_threshold"))
            text = "a server that restarts is taken for dead"
            yield Finding(text, span, "write `dead_server_last_contact_threshold: 24h`")
