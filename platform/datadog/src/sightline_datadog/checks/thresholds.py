"""A monitor's query and `options.thresholds.critical` must name one number, on the far side of `warning`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import monitor_query, options
from sightline_datadog.query.alerts import Composite, ServiceCheck, Verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC012"
_THRESHOLDS = ("options", "thresholds")


def check(document: Document, _among: Among) -> Iterator[Fault]:
    """The vendor answers `Alert threshold does not match that used in query`."""
    if document.kind is not Kind.MONITOR:
        return
    query = monitor_query(document)
    if query is None or isinstance(query, ServiceCheck | Composite | Verbatim):
        return
    thresholds = options(document).get("thresholds") or {}
    critical, warning = (_number(thresholds.get(key)) for key in ("critical", "warning"))
    if critical is None:
        return
    if critical != query.threshold:
        message = f"the query compares with {query.threshold:g}, options.thresholds.critical says {critical:g}"
        yield Fault(message, "write the same number in both", (*_THRESHOLDS, "critical"))
    if warning is not None:
        upward = query.comparator in {">", ">="}
        if (upward and warning >= critical) or (not upward and warning <= critical):
            message = f"the warning at {warning:g} would come after the alert at {critical:g}"
            yield Fault(message, "swap them", (*_THRESHOLDS, "warning"))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
