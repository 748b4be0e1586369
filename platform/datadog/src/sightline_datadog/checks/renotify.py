"""A reminder needs an interval: without `renotify_interval` nothing that tells of reminders has an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC022"
_FIELDS = ("renotify_occurrences", "renotify_statuses", "escalation_message")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Look for what is said of reminders where there are none."""
    if document.kind is not Kind.MONITOR:
        return
    given = options(document)
    if given.get("renotify_interval") in (None, 0, "0", ""):
        for key in _FIELDS:
            if given.get(key):
                message = f"`{key}` has no effect: nobody is reminded without `renotify_interval`"
                help_text = "add `renotify_interval` in minutes, or leave it out"
                yield Fault(message, help_text, ("options", key), severity=Severity.WARNING)
