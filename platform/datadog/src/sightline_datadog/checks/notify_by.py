"""`notify_by` gathers the groups of a query: it can name only tags that the query is grouped by, or `*` alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import groups, monitor_query, options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC026"


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """Compare with the query's `by`, where it says one."""
    if document.kind is not Kind.MONITOR:
        return
    wanted, known = options(document).get("notify_by") or [], groups(monitor_query(document))
    if known is None or not isinstance(wanted, list):
        return
    for index, tag in enumerate(wanted):
        if tag != "*" and tag not in known:
            by = f"the query is grouped by {', '.join(sorted(known))}" if known else "the query has no `by`"
            yield Fault(
                f"`notify_by` names `{tag}`, and {by}",
                "name one of the query's groups",
                ("options", "notify_by", index),
            )
