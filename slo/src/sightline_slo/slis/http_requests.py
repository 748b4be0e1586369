"""A service's requests: answered at all, or answered in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.conventions import METRICS
from sightline_slo.slis import naming
from sightline_slo.slis.selection import Selection, events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.dialects._filled import Filled
    from sightline_slo.model import Backend, Sli


def read(at: Filled, service: str, by: tuple[str, ...]) -> Mapping[Backend, Sli] | None:
    """Read `http:`."""
    slow = at.text("measure", "availability") == "latency"
    if slow != at.has("within"):
        message = "latency needs `within`" if slow else "`within` belongs to `measure: latency`"
        at.report(codes.EITHER_OR, message, "", "", "write both `measure: latency` and `within: 300ms`, or neither")
        return None
    where = {"service": at.text("service", service)}
    for key, attribute in (("method", "http.request.method"), ("route", "http.route")):
        if at.has(key):
            where[attribute] = at.text(key)
    if (traffic := at.text("traffic", "customer")) != "any":
        where["traffic"] = traffic
    total = Selection(METRICS["http.server.request.duration" if slow else "http.server.requests"], where, by)
    if not naming.holds(at, total):
        return None
    if not slow:
        return events(at.place(), total, bad=total.also(outcome="bad"))
    bound = naming.within(at, "within", total.metric)
    return None if bound is None else events(at.place(), total, good=total, within=bound)
