"""How long a new group is let be is said once: `new_group_delay` takes the place of `new_host_delay`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_core.diagnostics import Severity
from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import groups, monitor_query, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC021"
DEFAULT_S = 300
"""What the server writes for a `new_host_delay` that nobody chose: exports carry it."""


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Of both given one is used; a delay of groups that there are none of does nothing."""
    if document.kind is not Kind.MONITOR:
        return
    given, path = options(document), ("options", "new_group_delay")
    if given.get("new_group_delay") is None:
        return
    if given.get("new_host_delay") not in (None, 0, DEFAULT_S):
        message = "`new_host_delay` has no effect beside `new_group_delay`"
        yield Fault(message, "leave it out", ("options", "new_host_delay"), severity=Severity.WARNING)
    elif given["new_group_delay"] and groups(monitor_query(document)) == frozenset():
        message = "`new_group_delay` has no effect: the query has no `by`"
        yield Fault(message, "group the query, or leave it out", path, severity=Severity.WARNING)
