"""Documents in, SLOs out: Sloth's three forms of spec, told apart as Sloth tells them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sightline_slo.kubernetes import METADATA
from sightline_slo.sloth.loose import Document, Kube, Notes, Sigs, documents_value, value_of
from sightline_slo.sloth.model import AlertMeta, KubernetesMeta, PluginUse, Slo, SlothCrashError, SlothError, Spec

if TYPE_CHECKING:
    from collections.abc import Callable

_V1 = re.compile(r"^version: +['\"]?prometheus/v1['\"]?\r?\n? *$", re.MULTILINE)
_CRD_KIND = re.compile(r"^kind: +['\"]?PrometheusServiceLevel['\"]? *$", re.MULTILINE)
_CRD_VERSION = re.compile(r"^apiVersion: +['\"]?sloth.slok.dev\/v1['\"]? *$", re.MULTILINE)
_OPENSLO_KIND = re.compile(r"^kind: +['\"]?SLO['\"]? *$", re.MULTILINE)
_OPENSLO_VERSION = re.compile(r"^apiVersion: +['\"]?openslo\/v1alpha['\"]? *$", re.MULTILINE)
_COMMENT = re.compile(r"^#.*$", re.MULTILINE)
_MARK = re.compile(r"^---", re.MULTILINE)

_SPEC = frozenset({"version", "service", "labels", "slo_plugins", "slos"})
_SLO = frozenset({"name", "description", "objective", "plugins", "labels", "sli", "alerting"})
_SLI = frozenset({"raw", "events", "plugin"})
_PLUGIN = frozenset({"id", "options"})
_CHAIN = frozenset({"overridePrevious", "chain"})
_USE = frozenset({"id", "config", "priority"})
_ALERT = frozenset({"disable", "labels", "annotations"})


class _Form:
    """How one of the two forms with Sloth's own shape spells its keys."""

    def __init__(self, plugins: str, error: str, total: str, ratio: str, page: str, ticket: str) -> None:  # noqa: PLR0917 - one word for each key
        self.plugins, self.error, self.total, self.ratio = plugins, error, total, ratio
        self.page, self.ticket = page, ticket
        self.events, self.raw = frozenset({error, total}), frozenset({ratio})
        self.alerting = frozenset({"name", "labels", "annotations", page, ticket})


_SNAKE = _Form("slo_plugins", "error_query", "total_query", "error_ratio_query", "page_alert", "ticket_alert")
_CAMEL = _Form("sloPlugins", "errorQuery", "totalQuery", "errorRatioQuery", "pageAlert", "ticketAlert")
_METADATA = frozenset(METADATA)
_OPENSLO = frozenset({"apiVersion", "kind", "metadata", "spec"})
_OPENSLO_SPEC = frozenset({"timeWindows", "budgetingMethod", "description", "indicator", "service", "objectives"})
_OPENSLO_OBJECTIVE = frozenset({"displayName", "value", "ratioMetrics", "target", "timeSliceTarget", "op"})
_OPENSLO_METRICS = frozenset({"good", "total", "counter"})
_OPENSLO_METRIC = frozenset({"source", "queryType", "query"})
_CRD_SPEC = frozenset({"service", "labels", "sloPlugins", "slos"})


def split(text: str) -> list[str]:
    """Split a text into documents as Sloth does: by lines, whatever they stand in; lines of comments go first."""
    text = text.strip()
    if "#" in text:
        text = _COMMENT.sub("", text)
    return [each for part in _MARK.split(text) if (each := part.strip())]


class Loader:
    """Reads documents. `run_sli` makes the query of an SLI plugin from its id, the SLO's facts, labels and options."""

    def __init__(
        self, period_ms: int, run_sli: Callable[[str, dict[str, str], dict[str, str], dict[str, str]], str]
    ) -> None:
        self._period_ms = period_ms
        self._run_sli = run_sli

    def load(self, text: str) -> Spec:
        """Read one document.

        Raises:
            SlothError: Sloth refuses it.
            SlothCrashError: Sloth dies of it.
        """
        notes = Notes()
        if _V1.search(text):
            spec = self._v1(text, notes)
        elif _CRD_KIND.search(text) and _CRD_VERSION.search(text):
            spec = self._crd(text, notes)
        elif _OPENSLO_KIND.search(text) and _OPENSLO_VERSION.search(text):
            spec = self._openslo(text, notes)
        else:
            raise SlothError("invalid spec, could not load with any of the supported spec types")
        spec.odd = notes.odd
        return spec

    def _v1(self, text: str, notes: Notes) -> Spec:
        try:
            head = Sigs(value_of(text, notes), notes, _SPEC)
            _require(head.text("version") == "prometheus/v1", 'invalid spec version, should be "prometheus/v1"')
            slos = self._slos(head, _SNAKE)
        except SlothError as error:
            raise SlothError(f"tried loading raw prometheus SLOs spec, it couldn't: {error}") from error
        return Spec("cli-gen-prom", "prometheus/v1", slos)

    def _crd(self, text: str, notes: Notes) -> Spec:
        try:
            root = Kube(value_of(text, notes), notes, frozenset({"apiVersion", "kind", "metadata", "spec", "status"}))
            named = (root.text("apiVersion"), root.text("kind")) == ("sloth.slok.dev/v1", "PrometheusServiceLevel")
            _require(named, "could not decode kubernetes object")
            slos = self._slos(root.inner("spec", _CRD_SPEC), _CAMEL)
        except SlothError as error:
            raise SlothError(f"tried loading Kubernetes prometheus SLOs spec, it couldn't: {error}") from error
        head = root.inner("metadata", _METADATA)
        meta = KubernetesMeta(
            head.text("name"), head.text("namespace"), head.texts("labels"), head.texts("annotations")
        )
        return Spec("cli-gen-k8s", "sloth.slok.dev/v1", slos, meta)

    def _slos(self, head: Document, form: _Form) -> list[Slo]:
        service, labels = head.text("service"), head.texts("labels") or {}
        override, chain = _chain(head, form.plugins)
        items = head.items("slos", _SLO)
        _require(bool(items), "at least one SLO is required")
        return [self._slo(item, form, service, labels, (override, chain)) for item in items]

    def _slo(
        self, item: Document, form: _Form, service: str, labels: dict[str, str], group: tuple[bool, list[PluginUse]]
    ) -> Slo:
        name, objective = item.text("name"), item.number("objective")
        override, own = _chain(item, "plugins")
        slo = Slo(
            f"{service}-{name}",
            name,
            service,
            item.text("description"),
            objective,
            self._period_ms,
            {**labels, **(item.texts("labels") or {})},
            override_plugins=override or group[0],
            plugins=own if override else [*group[1], *own],
        )
        sli = item.inner("sli", _SLI)
        if sli.has("events"):
            events = sli.inner("events", form.events)
            slo.events = (events.text(form.error), events.text(form.total))
        if sli.has("raw"):
            slo.raw = sli.inner("raw", form.raw).text(form.ratio)
        if sli.has("plugin"):
            plugin = sli.inner("plugin", _PLUGIN)
            facts = {"service": service, "slo": name, "objective": f"{objective:f}"}
            slo.raw = self._run_sli(plugin.text("id"), facts, labels, plugin.texts("options") or {})
        alerting = item.inner("alerting", form.alerting)
        slo.page, slo.ticket = (_alert(alerting, each) for each in (form.page, form.ticket))
        return slo

    def _openslo(self, text: str, notes: Notes) -> Spec:
        try:
            root = Document(documents_value(text, notes), notes, _OPENSLO)
            _require(root.text("apiVersion") == "openslo/v1alpha", 'invalid spec version, should be "openslo/v1alpha"')
            spec, meta = root.inner("spec", _OPENSLO_SPEC), root.inner("metadata", frozenset({"name", "displayName"}))
            objectives = spec.items("objectives", _OPENSLO_OBJECTIVE)
            _require(bool(objectives), "at least one SLO is required")
            period_ms = self._openslo_period(spec)
        except SlothError as error:
            raise SlothError(f"tried loading OpenSLO SLOs spec, it couldn't: {error}") from error
        slos = []
        for index, objective in enumerate(objectives):
            raw = _openslo_query(objective)
            if not objective.has("target"):
                raise SlothCrashError("an OpenSLO objective without a target")
            name = f"{meta.text('name')}-{index}"
            slos.append(
                Slo(
                    f"{spec.text('service')}-{name}",
                    name,
                    spec.text("service"),
                    spec.text("description"),
                    objective.number("target") * 100,
                    period_ms,
                    {},
                    raw=raw,
                )
            )
        return Spec("cli-gen-openslo", "openslo/v1alpha", slos)

    def _openslo_period(self, spec: Document) -> int:
        windows = spec.items("timeWindows", frozenset({"unit", "count", "isRolling", "calendar"}))
        if not windows:
            return self._period_ms
        if len(windows) > 1:
            raise SlothError("invalid SLO time windows: only 1 time window is supported")
        if windows[0].text("unit").lower() != "day":
            raise SlothError("invalid SLO time windows: only days based time windows are supported")
        return int(windows[0].number("count")) * 86_400_000


def _require(holds: bool, message: str) -> None:  # noqa: FBT001 - a condition, as of `assert`
    if not holds:
        raise SlothError(message)


def _openslo_query(objective: Document) -> str:
    """Return the error ratio of an objective's good and total events, laid out as Sloth does."""
    if not objective.has("ratioMetrics"):
        raise SlothError("could not map to model: could not map SLI: missing ratioMetrics")
    metrics = objective.inner("ratioMetrics", _OPENSLO_METRICS)
    good, total = metrics.inner("good", _OPENSLO_METRIC), metrics.inner("total", _OPENSLO_METRIC)
    # Sloth looks at the source of the good events twice.
    if good.text("source") not in {"prometheus", "sloth"}:
        raise SlothError("could not map SLI: prometheus or sloth query ratio 'good' source is required")
    if total.text("source") != "prometheus" and good.text("source") != "sloth":
        raise SlothError("could not map SLI: prometheus or sloth query ratio 'total' source is required")
    for name, query in (("good", good), ("total", total)):
        if query.text("queryType") != "promql":
            raise SlothError(f"could not map SLI: unsupported '{name}' indicator query type: {query.text('queryType')}")
    parts = f"    (\n      {good.text('query')}\n    )\n    /\n    (\n      {total.text('query')}\n    )\n"
    return f"\n  1 - (\n{parts}  )\n"


def _chain(document: Document, key: str) -> tuple[bool, list[PluginUse]]:
    if not document.has(key):
        return False, []
    plugins = document.inner(key, _CHAIN)
    uses = plugins.items("chain", _USE)
    return plugins.flag("overridePrevious"), [
        PluginUse(each.text("id"), each.raw("config"), each.integer("priority")) for each in uses
    ]


def _alert(alerting: Document, key: str) -> AlertMeta:
    own = alerting.inner(key, _ALERT)
    labels, annotations = alerting.texts("labels") or {}, alerting.texts("annotations") or {}
    own_labels, own_annotations = own.texts("labels") or {}, own.texts("annotations") or {}
    if own.flag("disable"):
        return AlertMeta()
    return AlertMeta(False, alerting.text("name"), {**labels, **own_labels}, {**annotations, **own_annotations})  # noqa: FBT003 - the first field
