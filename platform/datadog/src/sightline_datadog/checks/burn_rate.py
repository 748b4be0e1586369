"""A burn-rate alert must be one that the vendor takes and that can fire.

Bounds: 0 < threshold ≤ 1/(1 - target), 1 h ≤ long window ≤ 48 h, short < long, over a timeframe that the SLO has.
https://docs.datadoghq.com/service_level_objectives/burn_rate/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_datadog.checks import Fault
from sightline_datadog.documents import Document, Kind
from sightline_datadog.inspection import monitor_query
from sightline_datadog.query import tree
from sightline_datadog.query.monitor import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_datadog.inspection import Among

CODE = "DDC011"
HOUR = 3600
LONGEST_H = 48
_QUERY = ("query",)


def check(document: Document, among: Among) -> Iterator[Fault]:
    """Look at the query's numbers, and at the SLO's where that is pushed with it."""
    if document.kind is not Kind.MONITOR or document.body.get("type") != "slo alert":
        return
    query = monitor_query(document)
    if not isinstance(query, tree.BurnRate | tree.ErrorBudget):
        return
    if isinstance(query, tree.BurnRate):
        yield from _windows(query)
    slo = _slo(query.slo_id, among)
    if slo is None:
        return
    targets = {each.get("timeframe"): float(each.get("target") or 0) for each in slo.body.get("thresholds") or []}
    if query.over not in targets:
        yield Fault(f"the SLO has no timeframe {query.over}", f"it has {', '.join(map(str, targets))}", _QUERY)
    elif isinstance(query, tree.BurnRate):
        # 100/(100 - t) and not 1/(1 - t/100): the latter gives 999.9999 for 99.9.
        highest = round(100 / (100 - targets[query.over]), 6) if targets[query.over] < 100 else 0.0
        # `>` at the very highest is taken by the vendor, and never fires.
        if query.threshold > highest or (query.threshold == highest and query.comparator == ">"):
            more = f"a burn rate {query.comparator} {query.threshold:g}"
            message = f"{more} is never reached: everything failing burns at {highest:g}"
            yield Fault(message, "choose a lower threshold", _QUERY)


def _windows(query: tree.BurnRate) -> Iterator[Fault]:
    if not HOUR <= query.long_window_s <= LONGEST_H * HOUR:
        message = f"a long window of {format_duration(query.long_window_s)} is refused"
        yield Fault(message, "choose one from 1h to 48h", _QUERY)
    if query.short_window_s >= query.long_window_s:
        yield Fault("the short window must be shorter than the long one", "a twelfth of it is usual", _QUERY)
    if query.threshold <= 0:
        yield Fault("the threshold must be above 0", "write how many times too fast is too fast", _QUERY)


def _slo(reference: str, among: Among) -> Document | None:
    key = re.fullmatch(r"\$\{slo:(.+)\}", reference)
    return among.get((Kind.SLO, key[1])) if key else None
