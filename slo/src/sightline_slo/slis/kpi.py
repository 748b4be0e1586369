"""A ratio of business numbers, such as payments that the system failed of all that were attempted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.slis import naming
from sightline_slo.slis.selection import Selection, events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.dialects._filled import Filled
    from sightline_slo.model import Backend, Sli


def read(at: Filled, service: str, by: tuple[str, ...]) -> Mapping[Backend, Sli] | None:
    """Read `kpi:`."""
    traffic = at.text("traffic", "customer")
    total = _selection(at.inner("total"), service, traffic, by)
    if at.has("within"):
        bound = naming.within(at, "within", total.metric) if total else None
        return None if total is None or bound is None else events(at.place(), total, good=total, within=bound)
    name = "bad" if at.has("bad") else "good"
    part = _selection(at.inner(name), service, traffic, by)
    if total is None or part is None:
        return None
    if name == "bad":
        return events(at.place(), total, bad=part)
    return events(at.place(), total, good=part)


def _selection(at: Filled, service: str, traffic: str, by: tuple[str, ...]) -> Selection | None:
    found = naming.metric(at, "metric")
    if found is None:
        return None
    where = {"service": service} | ({} if traffic == "any" else {"traffic": traffic}) | at.texts("where")
    made = Selection(found, where, by)
    return made if naming.holds(at, made) else None
