"""A monitor's query and `options.thresholds.critical` must name one number, on the far side of `warning`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.query import parse_monitor_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = "DDC012"
_THRESHOLDS = ("options", "thresholds")


def check(document: Document, _documents: Sequence[Document]) -> Iterator[Fault]:
    """The vendor answers `Alert threshold does not match that used in query`."""
    if document.kind is not Kind.MONITOR:
        return
    query, _ = parse_monitor_query(str(document.body.get("type")), str(document.body.get("query", "")))
    thresholds = (document.body.get("options") or {}).get("thresholds") or {}
    critical, warning = thresholds.get("critical"), thresholds.get("warning")
    if query is None or critical is None:
        return
    if float(critical) != query.threshold:
        message = f"the query compares with {query.threshold:g}, options.thresholds.critical says {critical:g}"
        yield Fault(message, "write the same number in both", (*_THRESHOLDS, "critical"))
    if warning is not None:
        upward = query.comparator in {">", ">="}
        if (upward and warning >= critical) or (not upward and warning <= critical):
            message = f"the warning at {warning:g} would come after the alert at {critical:g}"
            yield Fault(message, "swap them", (*_THRESHOLDS, "warning"))
