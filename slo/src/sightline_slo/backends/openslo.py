"""`--backend openslo`: an OpenSLO v1 document for each SLO, measured by Prometheus where it can be, else by Datadog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from sightline_slo.model import Backend, Events, Guard, Monitors, Ratio, Severity, TimeSlice
from sightline_slo.outputs import Loss
from sightline_slo.spelling import plain
from sightline_slo.windows.spell import prometheus as spell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sightline_slo.model import Query, Sli, Slo, Spec, Window

MEASURED_BY = None
"""Whoever can."""

_OPERATORS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_LONGEST_DESCRIPTION = 1050


def files(specs: Sequence[Spec]) -> Iterator[tuple[str, str]]:
    """Give one document a file; an SLO over monitors has no form in OpenSLO and is left out (`unsaid` says so)."""
    for spec in specs:
        yield from ((f"{slo.key}.yaml", _text(slo)) for slo in spec.slos if not _over_monitors(slo))


def whole(specs: Sequence[Spec]) -> str:
    """Return every document."""
    return "---\n".join(text for _, text in files(specs))


def unsaid(slo: Slo) -> Iterator[Loss]:
    """Give what OpenSLO has no words for."""
    if _over_monitors(slo):
        yield Loss("SLOs over monitors", whole=True)
        return
    first, *others = [backend for backend in Backend if backend in slo.sli]
    alerts = [each for each in slo.alerts.values() if each.enabled]
    alerted = bool(slo.alerting_windows)
    for there, what in (
        (others, f"second source of data: the queries are those of {first}"),
        (alerted, "second window of an alert: `alertAfter` has the short one"),
        (slo.guard != Guard(), "least count of events or failures"),
        (slo.maintenance, "maintenance"),
        (slo.by, "groups"),
        (slo.budget_alert, "alert on the budget used up"),
        (slo.averaged, "averaged budgets"),
        (slo.owner, "owners"),
        (alerted and any(each.notify for each in alerts), "handles that an alert notifies"),
        (alerted and any(each.labels or each.annotations for each in alerts), "labels and annotations of alerts"),
        (len(slo.description) > _LONGEST_DESCRIPTION, f"descriptions above {_LONGEST_DESCRIPTION} characters"),
        (slo.tests, "tests"),
    ):
        if there:
            yield Loss(what)


def _over_monitors(slo: Slo) -> bool:
    return isinstance(_measured(slo)[1], Monitors)


def _measured(slo: Slo) -> tuple[Backend, Sli]:
    return next((backend, slo.sli[backend]) for backend in Backend if backend in slo.sli)


def _text(slo: Slo) -> str:
    text: str = yaml.dump(document(slo), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=10_000)
    return text


def document(slo: Slo) -> dict[str, Any]:
    """Return the SLO as OpenSLO v1 has it, with its indicator and its alerts inside."""
    backend, sli = _measured(slo)
    target: dict[str, Any] = {"displayName": slo.name, "target": round(slo.objective / 100, 12)}
    sliced = isinstance(sli, TimeSlice)
    if isinstance(sli, TimeSlice):
        target |= {"timeSliceTarget": 1, "timeSliceWindow": spell(sli.slice_s)}
        target |= {"op": _OPERATORS[sli.comparator], "value": plain(sli.threshold)}
    return {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {
            "name": slo.key,
            "displayName": f"{slo.service}: {slo.name}",
            "labels": {key: [each] for key, each in slo.labels.items()},
            "annotations": {"sightline/runbook": slo.runbook} if slo.runbook else {},
        },
        "spec": {
            "description": slo.description[:_LONGEST_DESCRIPTION],
            "service": slo.service,
            "indicator": {"metadata": {"name": f"{slo.key}-sli"}, "spec": _indicator(backend, sli)},
            "timeWindow": [{"duration": slo.period, "isRolling": True}],
            "budgetingMethod": "Timeslices" if sliced else "Occurrences",
            "objectives": [target],
            "alertPolicies": list(_policies(slo)),
        },
    }


def _indicator(backend: Backend, sli: Sli) -> dict[str, Any]:
    match sli:
        case Events(bad=None, good=good, total=total) if good is not None:
            return {"ratioMetric": {"counter": True, "good": _source(backend, good), "total": _source(backend, total)}}
        case Events(bad=bad, total=total) if bad is not None:
            return {"ratioMetric": {"counter": True, "bad": _source(backend, bad), "total": _source(backend, total)}}
        case Ratio(error=query):
            return {"ratioMetric": {"counter": False, "rawType": "failure", "raw": _source(backend, query)}}
        case TimeSlice(query=query):
            return {"thresholdMetric": _source(backend, query)}
        case _:
            raise TypeError("not asked for: SLOs over monitors are left out")


def _source(backend: Backend, query: Query) -> dict[str, Any]:
    kind = "Prometheus" if backend is Backend.PROMETHEUS else "Datadog"
    return {"metricSource": {"type": kind, "spec": {"query": query.text.strip()}}}


def _policies(slo: Slo) -> Iterator[dict[str, Any]]:
    for window in slo.alerting_windows:
        name = f"{slo.key}-{window.severity}-{window.name}"
        yield {
            "kind": "AlertPolicy",
            "metadata": {"name": name, "displayName": slo.alert_name},
            "spec": {
                "alertWhenBreaching": True,
                "conditions": [_condition(name, window)],
                "notificationTargets": [],
            },
        }


def _condition(name: str, window: Window) -> dict[str, Any]:
    # A condition has one window; its `alertAfter` is the nearest that OpenSLO has to our short one.
    condition = {
        "kind": "burnrate",
        "op": "gt",
        "threshold": plain(window.burn_rate),
        "lookbackWindow": spell(window.long_s),
        "alertAfter": spell(window.short_s),
    }
    severity = "page" if window.severity is Severity.PAGE else "ticket"
    return {
        "kind": "AlertCondition",
        "metadata": {"name": f"{name}-condition"},
        "spec": {"severity": severity, "condition": condition},
    }
