"""A synthetic journey: whether it passed, or passed in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.conventions import METRICS
from sightline_slo.slis import naming
from sightline_slo.slis.selection import Selection, events

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.dialects._filled import Filled
    from sightline_slo.model import Backend, Sli


def read(at: Filled, _service: str, by: tuple[str, ...]) -> Mapping[Backend, Sli] | None:
    """Read `journey:`."""
    where = {"journey": at.text("name")}
    if at.has("location"):
        where["location"] = at.text("location")
    timed = at.has("within")
    total = Selection(METRICS["sightline.journey.duration" if timed else "sightline.journey.runs"], where, by)
    if not naming.holds(at, total):
        return None
    passed = total.also(outcome="passed")
    if not timed:
        return events(at.place(), total, good=passed)
    bound = naming.within(at, "within", total.metric)
    return None if bound is None else events(at.place(), total, good=passed, within=bound)
