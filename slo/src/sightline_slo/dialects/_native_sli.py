"""`sli:` of the native form: how each backend measures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo.durations import seconds
from sightline_slo.model import Backend, Events, Monitors, Ratio, TimeSlice
from sightline_slo.slis import http_requests, journey, kpi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.dialects._filled import Filled
    from sightline_slo.model import Sli

SEMANTIC = {"http": http_requests.read, "kpi": kpi.read, "journey": journey.read}


def sli(at: Filled, service: str, by: tuple[str, ...]) -> tuple[str, Mapping[Backend, Sli] | None]:
    """Return what was declared, and how each backend measures it; None where a finding says why it cannot."""
    kind = next(iter(at.value))
    inner = at.inner(kind)
    if kind in SEMANTIC:
        return kind, SEMANTIC[kind](inner, service, by)
    match kind:
        case "events":
            return kind, {each: _events(inner.inner(each)) for each in Backend if inner.has(each)}
        case "raw":
            error = inner.query("error_ratio_query")
            return kind, {} if error is None else {Backend.PROMETHEUS: Ratio(error)}
        case "time_slice":
            return kind, _slices(inner)
        case _:
            return kind, {Backend.DATADOG: Monitors(inner.list("ids"))}


def _events(at: Filled) -> Events:
    total = at.query("total_query")
    assert total is not None  # noqa: S101 - the form was checked
    return Events(at.query("error_query"), at.query("good_query"), total)


def _slices(at: Filled) -> dict[Backend, Sli]:
    threshold, slice_s = float(at.value["threshold"]), seconds(at.text("slice", "5m")) or 0
    found = {backend: at.query(backend) for backend in Backend}
    return {
        backend: TimeSlice(query, at.text("comparator"), threshold, slice_s)
        for backend, query in found.items()
        if query is not None
    }
