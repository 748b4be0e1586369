"""`version: sightline/v1`: Sloth's shape, and what its users ask for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.dialects import _native_alerting as alerting
from sightline_slo.dialects._filled import Filled
from sightline_slo.dialects._native_calendar import maintenance
from sightline_slo.dialects._native_form import SPEC
from sightline_slo.dialects._native_sli import sli as read_sli
from sightline_slo.durations import seconds
from sightline_slo.form.place import Place
from sightline_slo.model import Backend, Guard, Places, Query, Ratio, Slo, Spec, Suppression
from sightline_slo.plugging import PluginError, query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic
    from sightline_core.located import Located, Path
    from sightline_slo.dialects import Context
    from sightline_slo.model import Sli
    from sightline_slo.testing.model import TestCase

VERSIONS = ("sightline/v1",)


def read(document: Located, context: Context, findings: list[Diagnostic]) -> Spec | None:
    """Check the form of the whole, then read each SLO whose form is right."""
    faulty: list[Path] = []
    SPEC.check(Place(document, (), document.value, findings, faulty))
    if any(path[:1] != ("slos",) or len(path) == 1 for path in faulty):
        return None
    wrong = {path[1] for path in faulty}
    head = Filled(document, (), document.value, {**document.value.get("vars", {}), **context.variables}, findings)
    read = [_slo(head, item, context) for index, item in enumerate(head.items("slos")) if index not in wrong]
    slos = tuple(slo for slo in read if slo is not None)
    return Spec(VERSIONS[0], slos, head.texts("labels"), document.span.file)


def _slo(head: Filled, at: Filled, context: Context) -> Slo | None:
    service, by = head.text("service"), at.list("by")
    levels = (at, head)
    period_s = seconds(at.text("period") or head.text("period")) or context.default_period_s
    labels = {**head.texts("labels"), **at.texts("labels")}
    plugged = "plugin" in at.inner("sli").value
    kind, sli = _plugged(at, service, labels, context) if plugged else read_sli(at.inner("sli"), service, by)
    alerts = at.inner("alerting")
    calendar, tests = maintenance(levels), _tests(at)
    if sli is None:
        return None
    guard = at.inner("guard").value
    return Slo(
        service=service,
        name=at.text("name"),
        objective=float(at.value["objective"]),
        period_s=period_s,
        description=at.text("description").strip(),
        labels=labels,
        sli=sli,
        kind=kind,
        alert_name=alerts.text("name") or at.text("name"),
        alerts=alerting.alerts(alerts),
        windows=alerting.windows(levels, context.catalogue, period_s),
        placing=at.document.later(partial(_places, head.path, at.path)),
        by=by,
        guard=Guard(guard.get("min_events"), guard.get("min_failures")),
        maintenance=calendar,
        owner=at.text("owner") or head.text("owner") or None,
        runbook=at.text("runbook") or head.text("runbook") or None,
        averaged=at.text("budget") == "averaged",
        budget_alert=alerting.budget_alert(alerts),
        tests=tests,
        suppressions=tuple(
            Suppression(each.text("code"), each.text("reason"), each.text("until") or None, each.span("code"))
            for each in at.items("suppress")
        ),
    )


def _plugged(
    at: Filled, service: str, labels: Mapping[str, str], context: Context
) -> tuple[str, Mapping[Backend, Sli] | None]:
    inner = at.inner("sli").inner("plugin")
    meta = {"service": service, "slo": at.text("name"), "objective": f"{at.value['objective']:f}"}
    try:
        text = query(context.plugins, inner.text("id"), meta, labels, inner.texts("options"))
    except PluginError as error:
        help_text = "" if context.plugins else "name its directory with --plugins"
        inner.report(codes.BAD_PLUGIN, str(error), "id", "", help_text)
        return "plugin", None
    return "plugin", {Backend.PROMETHEUS: Ratio(Query(text, inner.place("id")))}


def _places(above: Path, path: Path, document: Located) -> Places:
    head, at = (Filled.of(document, each) for each in (above, path))
    labels = head.key_spans("labels") | at.key_spans("labels") | alerting.label_places(at.inner("alerting"))
    return Places(
        document.span_of(path),
        at.span("name"),
        at.span("objective"),
        at.span("period"),
        labels,
        document.key_span((*path, "sli", next(iter(at.value["sli"])))),
        at.span("windows") if at.has("windows") else None,
    )


def _tests(at: Filled) -> tuple[TestCase, ...]:
    if not at.has("tests"):
        return ()
    from sightline_slo.reader import Reader
    from sightline_slo.testing.reading import read_tests

    return read_tests(Reader(at.document, at.path, at.findings))
