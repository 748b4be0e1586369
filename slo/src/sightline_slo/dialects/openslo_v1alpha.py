"""`apiVersion: openslo/v1alpha`, `kind: SLO`: OpenSLO's first form, as far as Sloth reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.dialects._sloth_shape import name, prometheus, windows
from sightline_slo.model import Alert, Backend, Events, Places, Severity, Slo, Spec
from sightline_slo.reader import Reader

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located
    from sightline_slo.dialects import Context
    from sightline_slo.model import Query

VERSIONS = ("openslo/v1alpha/SLO",)
_DAY_S = 86400
_OFF = {each: Alert(enabled=False, labels={}, annotations={}) for each in Severity}


def read(document: Located, context: Context, findings: list[Diagnostic]) -> Spec | None:
    """Read an object: one SLO for each objective. OpenSLO v1alpha has no alerts that anybody could send."""
    root = Reader(document, (), findings)
    root.text("apiVersion")
    root.text("kind")
    meta, spec = root.inner("metadata", required=True), root.inner("spec", required=True)
    root.done()
    if meta is None or spec is None:
        return None
    own_name = meta.text("name", required=True)
    meta.text("displayName")
    meta.done()
    service, description = name(spec, "service"), spec.text("description") or ""
    spec.text("budgetingMethod")
    spec.has("indicator")
    period_s = _period(spec, context)
    found = [
        _slo(item, (service or "", f"{own_name}-{index}", description), period_s, context)
        for index, item in enumerate(spec.items("objectives"))
    ]
    spec.done()
    return Spec(VERSIONS[0], tuple(each for each in found if each is not None), {}, document.span.file)


def _period(spec: Reader, context: Context) -> int:
    if not spec.has("timeWindows"):
        return context.default_period_s
    found = context.default_period_s
    for index, window in enumerate(spec.items("timeWindows")):
        unit, count = window.text("unit", required=True), window.number("count", required=True)
        window.flag("isRolling")
        window.has("calendar")
        window.done()
        if index:
            window.report(codes.BAD_FORM, "only one time window is read", window.document.span_of(window.path))
        elif unit is not None and unit.lower() != "day":
            window.report(codes.BAD_FORM, f"a window in {unit}s is not read", window.span("unit"), "", "write days")
        elif count is not None:
            found = int(count) * _DAY_S
    return found


def _slo(item: Reader, named: tuple[str, str, str], period_s: int, context: Context) -> Slo | None:
    service, own_name, description = named
    target = item.number("target", required=True)
    for each in ("displayName", "value", "timeSliceTarget", "op"):
        item.has(each)
    metrics = item.inner("ratioMetrics", required=True)
    item.done()
    if metrics is None:
        return None
    good, total = (_metric(metrics.inner(each, required=True)) for each in ("good", "total"))
    metrics.has("counter")
    metrics.done()
    if good is None or total is None or target is None:
        return None
    objective = item.span("target")
    places = Places(item.document.span_of(item.path), objective, objective, objective, {}, item.span("ratioMetrics"))
    return Slo(
        service,
        own_name,
        # 0.999 * 100 is 99.9 only when rounded.
        round(target * 100, 9),
        period_s,
        description.strip(),
        {},
        {Backend.PROMETHEUS: Events(None, good, total)},
        "events",
        own_name,
        _OFF,
        windows(context, period_s),
        lambda: places,
    )


def _metric(metric: Reader | None) -> Query | None:
    if metric is None:
        return None
    source, language = metric.text("source", required=True), metric.text("queryType", required=True)
    query = prometheus(metric, "query")
    metric.done()
    if source not in {None, "prometheus", "sloth"} or language not in {None, "promql"}:
        place = metric.span("source" if source not in {"prometheus", "sloth"} else "queryType")
        metric.report(codes.BAD_FORM, f"{source} with {language} is not read", place, "", "use prometheus and promql")
        return None
    return query
