"""Time that does not count, as Datadog's SLO status corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sightline_datadog.documents import Document, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_slo.model import Maintenance, Slo


def corrections(slo: Slo) -> Iterator[Document]:
    """Give the corrections of an SLO, in the order of its calendar, by which they are counted."""
    for index, each in enumerate(slo.maintenance, 1):
        body = {**_attributes(each), "slo_id": f"${{slo:{slo.key}}}"}
        yield Document(Kind.SLO_CORRECTION, f"{slo.key}-{index}", body, each.span)


def _attributes(each: Maintenance) -> dict[str, Any]:
    """Return what a correction says; the vendor takes no nulls."""
    made: dict[str, Any] = {
        "category": each.category,
        "description": each.description,
        "start": each.start,
        "timezone": each.timezone,
    }
    if each.rrule is None:
        return {**made, "end": each.start + each.duration_s}
    return {**made, "rrule": each.rrule, "duration": each.duration_s}
