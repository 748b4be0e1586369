"""Time that does not count, as Datadog's SLO status corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sightline_slo.model import Maintenance, Slo


def corrections(slo: Slo) -> dict[str, dict[str, Any]]:
    """Return the attributes of each correction by its key; the vendor takes no nulls."""
    return {f"{slo.key}-{index}": _attributes(each) for index, each in enumerate(slo.maintenance, 1)}


def _attributes(each: Maintenance) -> dict[str, Any]:
    made: dict[str, Any] = {
        "category": each.category,
        "description": each.description,
        "start": each.start,
        "timezone": each.timezone,
    }
    if each.rrule is None:
        return {**made, "end": each.start + each.duration_s}
    return {**made, "rrule": each.rrule, "duration": each.duration_s}
