"""`apiVersion: openslo/v1`: SLOs with what they name, in one file or in many."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.dialects._openslo_alerting import alerting
from sightline_slo.dialects._openslo_form import API, KINDS, form
from sightline_slo.dialects._openslo_objects import At
from sightline_slo.dialects._openslo_sli import sli
from sightline_slo.dialects._openslo_times import duration
from sightline_slo.form.place import Place
from sightline_slo.model import Places, Slo, Spec

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located, Path
    from sightline_slo.dialects import Context

VERSIONS = tuple(f"{API}/{kind}" for kind in KINDS)
RUNBOOK = "sightline/runbook"
_NAME = re.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def read(document: Located, context: Context, findings: list[Diagnostic]) -> Spec | None:
    """Read an SLO: one of ours for each of its objectives. Of any other kind, check the form."""
    faulty: list[Path] = []
    kind = str(document.value["kind"])
    form(kind).check(Place(document, (), document.value, findings, faulty))
    if faulty or kind != "SLO":
        return None
    at = At(document, (), document.value, context, findings)
    objectives = at.inner("spec").items("objectives")
    slos = [_slo(at, each, index if len(objectives) > 1 else None) for index, each in enumerate(objectives)]
    return Spec(VERSIONS[0], tuple(slo for slo in slos if slo is not None), {}, document.span.file)


def _slo(at: At, objective: At, number: int | None) -> Slo | None:
    spec, meta = at.inner("spec"), at.inner("metadata")
    service = _service(spec)
    name = str(meta.value["name"]).removeprefix(f"{service}-") + ("" if number is None else f"-{number}")
    before = len(at.findings)
    for text, place in ((service, ("spec", "service")), (name, ("metadata", "name"))):
        if not _NAME.fullmatch(text):
            help_text = "use small letters, digits and hyphens"
            at.report(f"`{text}` cannot be a name", *place, help_text=help_text, code=codes.BAD_NAME)
    period_s = _period(spec)
    measured = sli(spec, objective)
    alert_name, alerts, windows = alerting(spec, name, period_s)
    if measured is None or len(at.findings) > before:
        return None
    kind, sources = measured
    target = "targetPercent" if "targetPercent" in objective.value else "target"
    value = float(objective.value[target])
    labels = meta.value.get("labels") or {}
    places = _places(at, objective, target)
    return Slo(
        service=service,
        name=name,
        # 0.999 * 100 is 99.9 only when rounded.
        objective=value if target == "targetPercent" else round(value * 100, 9),
        period_s=period_s,
        description=str(spec.value.get("description") or "").strip(),
        labels={key: each if isinstance(each, str) else "_".join(each) for key, each in labels.items()},
        sli=sources,
        kind=kind,
        alert_name=alert_name,
        alerts=alerts,
        windows=windows,
        placing=lambda: places,
        runbook=(meta.value.get("annotations") or {}).get(RUNBOOK),
        averaged=spec.value["budgetingMethod"] == "RatioTimeslices",
    )


def _places(at: At, objective: At, target: str) -> Places:
    labels = at.document.value["metadata"].get("labels") or {}
    timed = "timeWindow" in at.value["spec"]
    indicator = next((key for key in ("indicator", "indicatorRef") if key in at.value["spec"]), "service")
    return Places(
        at.document.key_span(("spec", "objectives")),
        at.span("metadata", "name"),
        objective.span(target),
        at.span("spec", "timeWindow", 0, "duration") if timed else at.document.key_span(("spec", "objectives")),
        {name: at.document.key_span(("metadata", "labels", name)) for name in labels},
        at.document.key_span(("spec", indicator)),
    )


def _service(spec: At) -> str:
    return str(spec.value["service"])


def _period(spec: At) -> int:
    windows = spec.items("timeWindow")
    if not windows:
        return spec.context.default_period_s
    first, *others = windows
    for each in others:
        each.report("a second time window is not read", help_text="leave one of them")
    if "calendar" in first.value or first.value.get("isRolling") is False:
        first.report("a period of the calendar is not compiled", help_text="write `isRolling: true` and no `calendar:`")
    return duration(first, "duration", first.value["duration"])
