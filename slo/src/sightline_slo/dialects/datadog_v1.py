"""`version: datadog/v1`: Sloth's shape with Datadog's queries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.durations import seconds
from sightline_slo.model import Alert, Backend, Events, Places, Severity, Slo, Spec
from sightline_slo.reader import Reader
from sightline_slo.variables import query
from sightline_slo.windows import DATADOG, catalogues

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sightline_core.diagnostics import Diagnostic, Span
    from sightline_core.located import Located
    from sightline_slo.dialects import Context
    from sightline_slo.testing.model import TestCase

VERSIONS = ("datadog/v1",)

# Keys become tags' values and parts of names of files: what the vendor would rewrite is refused.
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def read(document: Located, context: Context, findings: list[Diagnostic]) -> Spec:
    """Read a document: the head once, then each SLO."""
    head = Reader(document, (), findings)
    head.text("version")
    service = _name(head, "service")
    labels, places = head.texts("labels"), head.key_spans("labels")
    # What the command line sets wins over what the file says.
    values = {**head.texts("vars"), **context.variables}
    inner = replace(context, variables=values)
    read = [_slo(item, service or "", labels, places, inner) for item in head.items("slos")]
    head.done()
    slos = tuple(slo for slo in read if slo is not None)
    return Spec(VERSIONS[0], slos if service else (), labels, document.span.file)


def _slo(
    item: Reader,
    service: str,
    labels: Mapping[str, str],
    label_places: dict[str, Span],
    context: Context,
) -> Slo | None:
    name = _name(item, "name")
    objective = item.number("objective", required=True)
    description = item.text("description") or ""
    period_s = _period(item, context)
    own = item.texts("labels")
    sli = _sli(item.inner("sli", required=True), context.variables)
    alert_name, alerts = _alerting(item.inner("alerting"), name or "")
    tests = _tests(item)
    item.done()
    if name is None or objective is None or sli is None or period_s is None:
        return None
    places = Places(
        item.document.span_of(item.path),
        item.span("name"),
        item.span("objective"),
        item.span("period"),
        label_places | _label_places(item),
    )
    table = catalogues()[DATADOG].get(period_s)
    return Slo(
        service,
        name,
        objective,
        period_s,
        description.strip(),
        {**labels, **own},
        {Backend.DATADOG: sli},
        "events",
        alert_name,
        alerts,
        table.windows if table else (),
        lambda: places,
        tests=tests,
    )


def _tests(item: Reader) -> tuple[TestCase, ...]:
    if not item.has("tests"):
        return ()
    # Scenarios are of numpy, which takes longer to load than most specs to read.
    from sightline_slo.testing.reading import read_tests

    return read_tests(item)


def _period(item: Reader, context: Context) -> int | None:
    text = item.text("period")
    if text is None:
        return context.default_period_s
    found = seconds(text)
    if found is None:
        item.report(codes.BAD_DURATION, f"`{text}` is no duration", item.span("period"), "", "write days, such as 30d")
    return found


def _label_places(item: Reader) -> dict[str, Span]:
    places = item.key_spans("labels") | item.key_spans("alerting", "labels")
    for severity in Severity:
        places |= item.key_spans("alerting", f"{severity}_alert", "labels")
    return places


def _name(reader: Reader, key: str) -> str | None:
    value = reader.text(key, required=True)
    if value is None or _NAME.fullmatch(value):
        return value
    reader.report(
        codes.BAD_NAME,
        f"`{value}` cannot be a {key}",
        reader.span(key),
        "it becomes a tag's value and part of file names",
        "use small letters, digits and hyphens",
    )
    return None


def _sli(sli: Reader | None, values: Mapping[str, str]) -> Events | None:
    if sli is None:
        return None
    events = sli.inner("events", required=True)
    sli.done()
    if events is None:
        return None
    bad, good, total = (query(events, f"{each}_query", values) for each in ("error", "good", "total"))
    events.done()
    span = events.document.span_of(events.path)
    if (bad is None) == (good is None):
        found = "both are there" if bad else "neither is there"
        events.report(codes.EITHER_OR, f"exactly one of `error_query` and `good_query` is needed: {found}", span)
        return None
    if total is None:
        events.report(codes.MISSING_KEY, "`total_query` is missing", span, "needs `total_query:`")
        return None
    return Events(bad, good, total)


def _alerting(alerting: Reader | None, name: str) -> tuple[str, dict[Severity, Alert]]:
    if alerting is None:
        return name, {severity: Alert(enabled=True, labels={}, annotations={}) for severity in Severity}
    alert_name = alerting.text("name") or name
    labels, annotations = alerting.texts("labels"), alerting.texts("annotations")
    notify = alerting.handles("notify")
    alerts = {}
    for severity in Severity:
        own = alerting.inner(f"{severity}_alert")
        if own is None:
            alerts[severity] = Alert(enabled=True, labels=labels, annotations=annotations, notify=notify)
            continue
        alerts[severity] = Alert(
            not own.flag("disable"),
            {**labels, **own.texts("labels")},
            {**annotations, **own.texts("annotations")},
            own.handles("notify") or notify,
        )
        own.done()
    alerting.done()
    return alert_name, alerts
