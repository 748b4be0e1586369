"""The indicator of an OpenSLO, by its budgeting method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.dialects._openslo_form import OPERATORS
from sightline_slo.dialects._openslo_times import duration
from sightline_slo.model import Backend, Events, Query, Ratio, TimeSlice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_slo.dialects._openslo_objects import At
    from sightline_slo.model import Sli

_TYPES = {"prometheus": Backend.PROMETHEUS, "datadog": Backend.DATADOG}
_WINDOW = "{{.window}}"
SLICE_S = 300
"""What our own averages are made of."""


def sli(spec: At, objective: At) -> tuple[str, Mapping[Backend, Sli]] | None:
    """Return what is measured, and by whom; None where a finding says why it cannot be."""
    found = _indicator(spec, objective)
    if found is None:
        return None
    method = spec.value["budgetingMethod"]
    if method != "Occurrences" and "timeSliceWindow" not in objective.value:
        objective.report(f"`timeSliceWindow` is missing, which {method} needs", code=codes.MISSING_KEY)
        return None
    if "thresholdMetric" in found.value:
        return _threshold(found.inner("thresholdMetric"), spec, objective)
    ratio = found.inner("ratioMetric")
    if method == "Timeslices":
        return _ratio_slices(ratio, objective)
    if method == "RatioTimeslices" and _slice(objective) not in {0, SLICE_S}:
        objective.report("only slices of 5m are averaged", "timeSliceWindow", help_text="write 5m")
        return None
    return _ratio(ratio)


def _indicator(spec: At, objective: At) -> At | None:
    for key in ("indicator", "indicatorRef", "compositeWeight"):
        if key in objective.value:
            help_text = "make an SLO of each objective"
            objective.report("an SLO made of several is not compiled", key, help_text=help_text)
            return None
    there = [key for key in ("indicator", "indicatorRef") if key in spec.value]
    if len(there) != 1:
        said = "both are there" if there else "neither is there"
        spec.report(f"exactly one of `indicator` and `indicatorRef` is needed: {said}", code=codes.EITHER_OR)
        return None
    if there == ["indicator"]:
        return spec.inner("indicator", "spec")
    found = spec.named("indicatorRef", "SLI")
    return None if found is None else found.inner("spec")


def _threshold(metric: At, spec: At, objective: At) -> tuple[str, Mapping[Backend, Sli]] | None:
    if spec.value["budgetingMethod"] != "Timeslices":
        spec.report(
            "a threshold counts time, not events", "budgetingMethod", help_text="write `budgetingMethod: Timeslices`"
        )
        return None
    missing = [key for key in ("op", "value") if key not in objective.value]
    if missing:
        objective.report(f"`{missing[0]}` is missing, which a threshold needs", code=codes.MISSING_KEY)
        return None
    if objective.value.get("timeSliceTarget", 1) != 1:
        objective.report("a slice is up or down as a whole", "timeSliceTarget", help_text="write `timeSliceTarget: 1`")
        return None
    backend = _backend(metric)
    if backend is None:
        return None
    comparator, value = OPERATORS[objective.value["op"]], float(objective.value["value"])
    return "time_slice", {backend: TimeSlice(metric.query(), comparator, value, _slice(objective))}


def _ratio_slices(ratio: At, objective: At) -> tuple[str, Mapping[Backend, Sli]] | None:
    """Count slices in which the share of good events reaches a target: of Prometheus, which divides."""
    if "timeSliceTarget" not in objective.value:
        objective.report("`timeSliceTarget` is missing, which Timeslices need", code=codes.MISSING_KEY)
        return None
    measured = _ratio(ratio)
    if measured is None:
        return None
    ((backend, found),) = measured[1].items()
    if backend is not Backend.PROMETHEUS:
        ratio.report("slices of a ratio are measured by Prometheus alone", help_text="use `thresholdMetric`")
        return None
    first = found.queries[0]
    match found:
        case Events(bad=None, good=good, total=total) if good is not None:
            text = f"({good.text.strip()}) / ({total.text.strip()})"
        case Events(bad=bad, total=total) if bad is not None:
            text = f"1 - ({bad.text.strip()}) / ({total.text.strip()})"
        case _:
            text = f"1 - ({first.text.strip()})"
    target = float(objective.value["timeSliceTarget"])
    query = Query(text, lambda _start, _end: first.span)
    return "time_slice", {backend: TimeSlice(query, ">=", target, _slice(objective))}


def _ratio(ratio: At) -> tuple[str, Mapping[Backend, Sli]] | None:
    names = [key for key in ("good", "bad", "total", "raw") if key in ratio.value]
    if ("raw" in names) == ("total" in names):
        ratio.report("a ratio is `raw` alone, or `good` or `bad` of `total`", code=codes.EITHER_OR)
        return None
    backends = {name: _backend(ratio.inner(name)) for name in names}
    backend, *others = dict.fromkeys(backends.values())
    if backend is None or None in others:
        return None
    if others:
        ratio.report("all metrics of a ratio come from one source", help_text="make one SLO for each source")
        return None
    queries = {name: ratio.inner(name).query() for name in names}
    bare = [name for name, query in queries.items() if _WINDOW not in query.text]
    if backend is Backend.PROMETHEUS and bare:
        place = (bare[0], "metricSource", "spec", "query")
        ratio.report("the query has no window", *place, help_text=f"as in rate(requests[{_WINDOW}])")
        return None
    if "raw" in names:
        return _raw(ratio, backend, queries["raw"])
    return "events", {backend: Events(queries.get("bad"), queries.get("good"), queries["total"])}


def _raw(ratio: At, backend: Backend, query: Query) -> tuple[str, Mapping[Backend, Sli]] | None:
    if backend is Backend.DATADOG:
        ratio.report("Datadog counts events, it takes no ratio", "raw", help_text="give `bad` or `good`, and `total`")
        return None
    if ratio.value["rawType"] == "success":
        span = query.span
        query = Query(f"1 - ({query.text.strip()})", lambda _start, _end: span)
    return "raw", {backend: Ratio(query)}


def _backend(metric: At) -> Backend | None:
    """Return who measures: by the type, or by that of the source that is named."""
    source = metric.inner("metricSource")
    kind, place = source.value.get("type"), source
    if "metricSourceRef" in source.value:
        # A type that stands here needs no source: OpenSLO's own examples name ones that are defined nowhere.
        found = source.named("metricSourceRef", "DataSource") if kind is None else None
        if kind is None and found is None:
            return None
        kind, place = (kind, source) if found is None else (str(found.value["spec"]["type"]), found.inner("spec"))
    backend = _TYPES.get(str(kind).lower())
    if backend is None:
        place.report(f"metrics of {kind} are not compiled", "type", help_text="Prometheus and Datadog are")
    return backend


def _slice(objective: At) -> int:
    value = objective.value["timeSliceWindow"]
    if isinstance(value, str):
        return duration(objective, "timeSliceWindow", value)
    return round(float(value) * 60)
