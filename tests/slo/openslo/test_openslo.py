"""`apiVersion: openslo/v1`: what is read, what is refused and where, and that our own export reads back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from sightline_slo.backends import openslo
from sightline_slo.compile import Compiled, compile_specs
from sightline_slo.files import read
from sightline_slo.model import Backend, Events, Monitors, Ratio, Severity, Slo, TimeSlice
from tests.slo.specs import SHOP

NATIVE = """\
version: sightline/v1
service: pay
labels: {team: checkout}
runbook: https://runbooks.example/pay
slos:
  - name: success
    description: Payments that the system did not fail.
    objective: 99.9
    period: 28d
    windows: google
    sli:
      events:
        prometheus:
          error_query: sum(rate(pay_failed_total[{{.window}}]))
          total_query: sum(rate(pay_total[{{.window}}]))
    alerting: {name: PaymentsFail}
  - name: counted
    objective: 99.5
    sli:
      events:
        datadog:
          good_query: sum:pay.good{*}.as_count()
          total_query: sum:pay.attempted{*}.as_count()
    alerting: {ticket_alert: {disable: true}}
  - name: raw
    objective: 99
    sli:
      raw:
        error_ratio_query: avg_over_time(pay_error_ratio[{{.window}}])
  - name: up
    objective: 99
    sli:
      time_slice:
        datadog: avg:pay.latency{*}
        comparator: "<"
        threshold: 0.5
        slice: 1m
"""
SLO_ = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: success
spec:
  service: pay
  indicatorRef: pay-success
  timeWindow:
    - duration: 4w
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - targetPercent: 99.9
  alertPolicies:
    - alertPolicyRef: burns
"""
SLI = """\
apiVersion: openslo/v1
kind: SLI
metadata: {name: pay-success}
spec:
  ratioMetric:
    counter: true
    good:
      metricSource: {metricSourceRef: metrics, spec: {query: "sum(rate(pay_good_total[{{.window}}]))"}}
    total:
      metricSource: {metricSourceRef: metrics, spec: {query: "sum(rate(pay_total[{{.window}}]))"}}
"""
OTHERS = """\
apiVersion: openslo/v1
kind: DataSource
metadata: {name: metrics}
spec:
  type: Prometheus
  connectionDetails: {url: [http://prometheus.example]}
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: burns, displayName: PaymentsFail}
spec:
  alertWhenBreaching: true
  conditions:
    - conditionRef: fast
  notificationTargets:
    - targetRef: on-call
    - kind: AlertNotificationTarget
      metadata: {name: mail}
      spec: {target: email}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast}
spec:
  severity: page
  condition: {kind: burnrate, op: gt, threshold: 14, lookbackWindow: 1h}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: on-call}
spec: {target: "@pagerduty-pay"}
---
apiVersion: openslo/v1
kind: Service
metadata: {name: pay}
spec: {description: Takes money.}
"""
ALL = {"slo.yaml": SLO_, "sli.yaml": SLI, "others.yaml": OTHERS}


def compiled(**changed: str) -> Compiled:
    """Compile the files; `slo=` and the like stand for others in their place."""
    return compile_specs({**ALL, **{f"{name}.yaml": text for name, text in changed.items()}})


def inline(indicator: dict[str, Any], method: str = "Occurrences", **objective: Any) -> str:
    """Return an SLO whose indicator stands in it."""
    value = yaml.safe_load(SLO_)
    del value["spec"]["indicatorRef"]
    value["spec"] |= {"indicator": {"spec": indicator}, "budgetingMethod": method}
    value["spec"]["timeWindow"] = [{"duration": "30d", "isRolling": True}]
    value["spec"]["objectives"] = [{"target": 0.99, **objective}]
    return yaml.safe_dump(value, sort_keys=False)


def metric(query: str, kind: str = "Prometheus") -> dict[str, Any]:
    return {"metricSource": {"type": kind, "spec": {"query": query}}}


def plain(slo: Slo) -> Slo:
    """Return an SLO without what OpenSLO has no words for."""
    quiet = {each: replace(alert, annotations={}, labels={}, notify=()) for each, alert in slo.alerts.items()}
    # The export has the burn rate alone; the share of the budget that follows from it has one rounding more.
    windows = tuple(replace(each, budget_percent=round(each.budget_percent, 6)) for each in slo.alerting_windows)
    return replace(slo, alerts=quiet, windows=windows, owner=None, guard=type(slo.guard)(), tests=())


@pytest.mark.parametrize("sources", [{"a.yaml": NATIVE}, read([str(SHOP)])], ids=["every-indicator", "the-shop"])
def test_our_export_reads_back_as_the_same_slos(sources: dict[str, str]) -> None:
    """Export, read, and each SLO is the one that was exported, for the backend that the export is of."""
    before = compile_specs(sources)
    exported = dict(openslo.files(before.specs))
    after = compile_specs(exported)
    assert [each for each in after.findings if each.is_error] == []
    wanted = {each.key: plain(each) for each in before.slos}
    assert {each.key for each in after.slos} == set(wanted)
    for each in after.slos:
        (backend,) = each.sli
        first = wanted[each.key]
        kept = replace(first, sli={backend: first.sli[backend]}, kind=each.kind, suppressions=())
        assert plain(each) == kept
    assert dict(openslo.files(after.specs)) == exported


def test_objects_name_one_another_across_files() -> None:
    """An SLO is put together from its indicator, its source, its policy, that one's condition and its target."""
    answer = compiled()
    assert answer.findings == ()
    (slo,) = answer.slos
    assert (slo.key, slo.objective, slo.period, slo.alert_name) == ("pay-success", 99.9, "28d", "PaymentsFail")
    sli = slo.sli[Backend.PROMETHEUS]
    assert isinstance(sli, Events)
    assert sli.good is not None
    assert "pay_good_total" in sli.good.text
    (window,) = slo.windows
    assert (window.long_s, window.short_s, window.burn_rate, window.severity) == (3600, 300, 14.0, Severity.PAGE)
    assert (slo.alerts[Severity.PAGE].enabled, slo.alerts[Severity.TICKET].enabled) == (True, False)
    assert slo.alerts[Severity.PAGE].notify == ("@pagerduty-pay",)


def test_each_objective_is_an_slo() -> None:
    """Two objectives of one indicator are two SLOs, numbered; a share and a percentage say the same."""
    answer = compiled(slo=SLO_.replace("- targetPercent: 99.9", "- targetPercent: 99.9\n    - target: 0.99"))
    assert [(each.key, each.objective) for each in answer.slos] == [("pay-success-0", 99.9), ("pay-success-1", 99.0)]


def test_each_budgeting_method_is_read() -> None:
    """Events; slices by a threshold; slices by a ratio; the mean of slices' ratios; a raw ratio of each type."""
    window = "[{{.window}}]"
    good, total = metric(f"sum(rate(g{window}))"), metric(f"sum(rate(t{window}))")
    sliced = {"timeSliceTarget": 0.95, "timeSliceWindow": 5}

    def one(text: str) -> Slo:
        answer = compiled(slo=text)
        assert [each for each in answer.findings if each.is_error] == []
        (slo,) = answer.slos
        return slo

    slo = one(
        inline(
            {"thresholdMetric": metric("avg:a{*}", "Datadog")}, "Timeslices", op="lte", value=2, timeSliceWindow="1m"
        )
    )
    sli = slo.sli[Backend.DATADOG]
    assert isinstance(sli, TimeSlice)
    assert (sli.comparator, sli.threshold, sli.slice_s) == ("<=", 2.0, 60)
    sli = one(inline({"ratioMetric": {"good": good, "total": total}}, "Timeslices", **sliced)).sli[Backend.PROMETHEUS]
    assert isinstance(sli, TimeSlice)
    assert (sli.query.text, sli.threshold) == (f"(sum(rate(g{window}))) / (sum(rate(t{window})))", 0.95)
    sli = one(inline({"ratioMetric": {"bad": good, "total": total}}, "Timeslices", **sliced)).sli[Backend.PROMETHEUS]
    assert isinstance(sli, TimeSlice)
    assert sli.query.text.startswith("1 - (sum(rate(g")
    ratio = {"ratioMetric": {"good": good, "total": total}}
    assert one(inline(ratio, "RatioTimeslices", timeSliceWindow="5m")).averaged
    for kind, text in (("failure", f"avg_over_time(r{window})"), ("success", f"1 - (avg_over_time(r{window}))")):
        raw = {"ratioMetric": {"rawType": kind, "raw": metric(f"avg_over_time(r{window})")}}
        sli = one(inline(raw)).sli[Backend.PROMETHEUS]
        assert isinstance(sli, Ratio)
        assert sli.error.text == text


WINDOWED = metric("sum(rate(a[{{.window}}]))")
EVENTS = {"ratioMetric": {"good": WINDOWED, "total": WINDOWED}}
DATADOG = metric("sum:a{*}.as_count()", "Datadog")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (SLO_.replace("indicatorRef: pay-success", "indicatorRef: pay-sucess"), "SLO080", "did you mean `pay-success`"),
        (SLO_.replace("alertPolicyRef: burns", "alertPolicyRef: x"), "SLO080", "no AlertPolicy `x`"),
        (SLO_.replace("  indicatorRef: pay-success\n", ""), "SLO005", "neither is there"),
        (SLO_.replace("duration: 4w", "duration: 1M"), "SLO009", "`1M`"),
        (SLO_.replace("isRolling: true", "isRolling: false"), "SLO018", "calendar"),
        (SLO_.replace("isRolling: true", "isRoling: true"), "SLO002", "isRoling"),
        (SLO_.replace("Occurrences", "Occurences"), "SLO018", "did you mean"),
        (SLO_.replace("targetPercent: 99.9", "targetPercent: 99.9\n      target: 0.9"), "SLO005", "exactly one"),
        (SLO_.replace("targetPercent: 99.9", "targetPercent: 99.9\n      compositeWeight: 2"), "SLO018", "several"),
        (SLO_.replace("service: pay", "service: Pay"), "SLO006", "`Pay`"),
        (SLO_.replace("  budgetingMethod: Occurrences\n", ""), "SLO003", "budgetingMethod"),
        (inline({"thresholdMetric": DATADOG}), "SLO018", "counts time"),
        (inline({"thresholdMetric": DATADOG}, "Timeslices", timeSliceWindow=1), "SLO003", "`op`"),
        (inline({"thresholdMetric": DATADOG}, "Timeslices"), "SLO003", "timeSliceWindow"),
        (
            inline(
                {"thresholdMetric": DATADOG}, "Timeslices", op="lt", value=1, timeSliceWindow=1, timeSliceTarget=0.5
            ),
            "SLO018",
            "as a whole",
        ),
        (inline(EVENTS, "Timeslices", timeSliceWindow=5), "SLO003", "timeSliceTarget"),
        (inline(EVENTS, "RatioTimeslices", timeSliceWindow="10m"), "SLO018", "5m"),
        (inline({"ratioMetric": {"good": metric("sum(a)"), "total": WINDOWED}}), "SLO018", "no window"),
        (inline({"ratioMetric": {"good": WINDOWED, "total": DATADOG}}), "SLO018", "one source"),
        (inline({"ratioMetric": {"good": WINDOWED}}), "SLO005", "none is there"),
        (inline({"ratioMetric": {"good": WINDOWED, "rawType": "failure"}}), "SLO005", "of `total`"),
        (inline({"ratioMetric": {"raw": WINDOWED, "total": WINDOWED}}), "SLO005", "of `total`"),
        (inline({"ratioMetric": {"raw": DATADOG, "rawType": "failure"}}), "SLO018", "takes no ratio"),
        (inline({"ratioMetric": {"good": metric("a", "CloudWatch"), "total": WINDOWED}}), "SLO018", "CloudWatch"),
    ],
)
def test_what_is_not_compiled_is_refused_where_it_stands(text: str, code: str, words: str) -> None:
    """Never silently, never a crash: a code, a place in the file and how to mend it."""
    findings = [each for each in compiled(slo=text).findings if each.is_error]
    assert [each.code for each in findings] == [code]
    (finding,) = findings
    assert words in finding.message + finding.help
    assert finding.span is not None
    assert finding.span.file == "slo.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("op: gt", "op: lte", "SLO018"),
        ("severity: page", "severity: sev1", "SLO018"),
        ("lookbackWindow: 1h", "lookbackWindow: 1Q", "SLO009"),
        ("lookbackWindow: 1h", "lookbackWindow: 1h, alertAfter: 2h", "SLO018"),
        ("conditionRef: fast", "conditionRef: slow", "SLO080"),
        ("targetRef: on-call", "targetRef: nobody", "SLO080"),
        ("type: Prometheus", "type: Redshift", "SLO018"),
        ("kind: Service", "kind: Servise", "SLO001"),
        ("description: Takes", "descriptoin: Takes", "SLO002"),
    ],
)
def test_what_is_wrong_with_a_named_object_is_told_at_the_object(old: str, new: str, code: str) -> None:
    """Once, in its own file."""
    assert old in OTHERS
    findings = [each for each in compiled(others=OTHERS.replace(old, new)).findings if each.is_error]
    assert {each.code for each in findings} == {code}
    assert all(each.span is not None and each.span.file == "others.yaml" for each in findings)


def test_an_slo_over_monitors_is_left_out_of_the_export() -> None:
    """OpenSLO has no words for it."""
    sli = "    sli:\n      monitor: {ids: [1]}\n"
    text = f"version: sightline/v1\nservice: pay\nslos:\n  - name: up\n    objective: 99\n{sli}"
    (slo,) = compile_specs({"a.yaml": text}).slos
    assert isinstance(slo.sli[Backend.DATADOG], Monitors)
    assert any(each.whole for each in openslo.unsaid(slo))
