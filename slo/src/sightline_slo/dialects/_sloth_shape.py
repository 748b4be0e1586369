"""What Sloth's two forms have in common: the same tree, with keys in snake case or in camel case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline_slo import codes
from sightline_slo.model import Alert, Backend, Events, Places, Query, Ratio, Severity, Slo
from sightline_slo.plugging import PluginError, query
from sightline_slo.reader import Reader
from sightline_slo.windows import DATADOG, GOOGLE, catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sightline_core.diagnostics import Span
    from sightline_core.located import Located, Path
    from sightline_slo.dialects import Context
    from sightline_slo.model import Sli, Window

METRICSQL = "sloth.dev/contrib/validate_victoria_metrics/v1"
"""The plugin by which a spec says that its queries are none of PromQL."""

_NAME = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Form:
    """How a form spells the keys that are of two words."""

    plugins: str
    error: str
    total: str
    ratio: str
    page: str
    ticket: str


SNAKE = Form("slo_plugins", "error_query", "total_query", "error_ratio_query", "page_alert", "ticket_alert")
CAMEL = Form("sloPlugins", "errorQuery", "totalQuery", "errorRatioQuery", "pageAlert", "ticketAlert")


def slos(head: Reader, form: Form, context: Context) -> Iterator[Slo]:
    """Read the SLOs below a head: service, labels, plugins, slos."""
    service = name(head, "service")
    labels = head.texts("labels")
    foreign = METRICSQL in chain(head.inner(form.plugins))
    for item in head.items("slos"):
        slo = _slo(item, form, (service or "", labels, head.path), context, foreign=foreign)
        if slo is not None and service is not None:
            yield slo


def name(reader: Reader, key: str) -> str | None:
    """Read a name as Sloth takes them."""
    value = reader.text(key, required=True)
    if value is None or _NAME.fullmatch(value):
        return value
    reader.report(
        codes.BAD_NAME,
        f"`{value}` cannot be a {key}",
        reader.span(key),
        "Sloth takes two characters or more",
        "use letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends",
    )
    return None


def chain(plugins: Reader | None) -> list[str]:
    """Read the ids of a chain of plugins; what they do is Sloth's."""
    if plugins is None:
        return []
    plugins.flag("overridePrevious")
    found = []
    if plugins.has("chain"):
        for each in plugins.items("chain"):
            # Anything may stand in a plugin's configuration.
            each.has("config")
            each.number("priority")
            found.append(each.text("id", required=True) or "")
            each.done()
    plugins.done()
    return found


def windows(context: Context, period_s: int) -> tuple[Window, ...]:
    """Return the windows of a period: Google's, which are Sloth's own, unless the run has others."""
    table = context.catalogue.get(period_s)
    if table is None or table.catalogue == DATADOG:
        table = catalogues()[GOOGLE].get(period_s)
    return table.windows if table else ()


def prometheus(item: Reader, key: str, *, required: bool = True) -> Query | None:
    """Read a query of PromQL."""
    text = item.text(key, required=required)
    return None if text is None else Query(text, item.document.placing((*item.path, key)))


def _slo(
    item: Reader,
    form: Form,
    head: tuple[str, Mapping[str, str], Path],
    context: Context,
    *,
    foreign: bool,
) -> Slo | None:
    service, labels, above = head
    own_name = name(item, "name")
    objective = item.number("objective", required=True)
    description = item.text("description") or ""
    own = item.texts("labels")
    foreign = METRICSQL in chain(item.inner("plugins")) or foreign
    meta = {"service": service, "slo": own_name or "", "objective": f"{objective or 0:f}"}
    kind, sli = _sli(item.inner("sli", required=True), form, (context.plugins, meta, labels))
    alert_name, alerts = _alerting(item, own_name or "", form)
    item.done()
    if own_name is None or objective is None or kind is None:
        return None
    path = item.path

    def places(document: Located) -> Places:
        at = document.span_of(path)
        labels = Reader(document, above, []).key_spans("labels") | _label_places(Reader(document, path, []), form)
        name_at, objective_at = (document.span_of((*path, each)) for each in ("name", "objective"))
        return Places(at, name_at, objective_at, at.narrowed(0, 1), labels, document.key_span((*path, "sli", kind)))

    return Slo(
        service,
        own_name,
        objective,
        context.default_period_s,
        description.strip(),
        {**labels, **own},
        # MetricsQL is VictoriaMetrics' own: no Prometheus loads it, and no parser here reads it.
        {} if sli is None or foreign else {Backend.PROMETHEUS: sli},
        "metricsql" if foreign else kind,
        alert_name,
        alerts,
        windows(context, context.default_period_s),
        item.document.later(places),
    )


def _sli(
    sli: Reader | None, form: Form, plugged: tuple[tuple[str, ...], Mapping[str, str], Mapping[str, str]]
) -> tuple[str | None, Sli | None]:
    """Read the one SLI there is. That of a plugin is known only where plugins are given."""
    if sli is None:
        return None, None
    events, raw, plugin = (sli.inner(each) for each in ("events", "raw", "plugin"))
    sli.done()
    there = [kind for kind, each in (("events", events), ("raw", raw), ("plugin", plugin)) if each is not None]
    if len(there) != 1:
        found = "nothing of it is there" if not there else f"{' and '.join(there)} are there"
        message = f"exactly one of `events`, `raw` and `plugin` is needed: {found}"
        sli.report(codes.EITHER_OR, message, sli.document.span_of(sli.path))
        return None, None
    if plugin is not None:
        chosen, options = plugin.text("id", required=True), plugin.texts("options")
        plugin.done()
        return "plugin", _plugged(plugin, chosen, options, plugged) if chosen and plugged[0] else None
    if raw is not None:
        error = prometheus(raw, form.ratio)
        raw.done()
        return ("raw", Ratio(error)) if error is not None else (None, None)
    if events is None:
        return None, None
    bad, total = prometheus(events, form.error), prometheus(events, form.total)
    events.done()
    return ("events", Events(bad, None, total)) if bad is not None and total is not None else (None, None)


def _plugged(
    at: Reader,
    plugin: str,
    options: Mapping[str, str],
    given: tuple[tuple[str, ...], Mapping[str, str], Mapping[str, str]],
) -> Sli | None:
    paths, meta, labels = given
    try:
        text = query(paths, plugin, meta, labels, options)
    except PluginError as error:
        at.report(codes.BAD_PLUGIN, str(error), at.span("id"))
        return None
    path = (*at.path, "id")
    span = at.document.later(lambda document: document.span_of(path))
    return Ratio(Query(text, lambda _start, _end: span()))


def _alerting(item: Reader, fallback: str, form: Form) -> tuple[str, dict[Severity, Alert]]:
    alerting = item.inner("alerting")
    if alerting is None:
        where = item.document.span_of(item.path)
        item.report(
            codes.MISSING_KEY, "`alerting` is missing: Sloth alerts by no other name", where, "needs `alerting:`"
        )
        return fallback, {severity: Alert(enabled=True, labels={}, annotations={}) for severity in Severity}
    alert_name = alerting.text("name") or fallback
    labels, annotations = alerting.texts("labels"), alerting.texts("annotations")
    alerts = {}
    for severity, key in ((Severity.PAGE, form.page), (Severity.TICKET, form.ticket)):
        own = alerting.inner(key)
        if own is None:
            alerts[severity] = Alert(enabled=True, labels=labels, annotations=annotations)
            continue
        own_labels, own_annotations = own.texts("labels"), own.texts("annotations")
        alerts[severity] = Alert(not own.flag("disable"), {**labels, **own_labels}, {**annotations, **own_annotations})
        own.done()
    alerting.done()
    if not alerting.text("name") and any(each.enabled for each in alerts.values()):
        where = alerting.document.span_of(alerting.path)
        alerting.report(codes.MISSING_KEY, "`name` is missing: Sloth alerts under no other", where, "needs `name:`")
    return alert_name, alerts


def _label_places(item: Reader, form: Form) -> dict[str, Span]:
    places = item.key_spans("labels") | item.key_spans("alerting", "labels")
    for each in (form.page, form.ticket):
        places |= item.key_spans("alerting", each, "labels")
    return places
