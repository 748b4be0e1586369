"""One declaration counts the same at both backends; what a backend cannot say is told; what is known can be put by."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_slo.compile import Options, compile_specs
from sightline_slo.files import read
from sightline_slo.mapping import Fidelity, datadog_windows, verdict
from sightline_slo.model import Backend, Events
from tests.slo.specs import SHOP

from .texts import BOTH, codes, compiled, slo

if TYPE_CHECKING:
    from pathlib import Path

PROMETHEUS, DATADOG = Backend.PROMETHEUS, Backend.DATADOG

SEMANTIC = [
    (
        "http: {method: POST}",
        (
            'sum(rate(http_server_requests_total{job="pay",http_request_method="POST",traffic="customer",outcome="bad"}'
            "[{{.window}}]))"
        ),
        "sum:http.server.requests{service:pay,http.request.method:post,traffic:customer,outcome:bad}.as_count()",
    ),
    (
        "http: {measure: latency, within: 300ms, route: /checkout}",
        (
            'sum(rate(http_server_request_duration_seconds_bucket{job="pay",http_route="/checkout",traffic="customer",'
            'le="0.3"}[{{.window}}]))'
        ),
        "count(v: v<=0.3):http.server.request.duration{service:pay,http.route:/checkout,traffic:customer}.as_count()",
    ),
    (
        (
            "kpi: {bad: {metric: shop.payments.failed, where: {failure_class: system}},"
            " total: {metric: shop.payments.attempted}}"
        ),
        'sum(rate(shop_payments_failed_total{job="pay",traffic="customer",failure_class="system"}[{{.window}}]))',
        "sum:shop.payments.failed{service:pay,traffic:customer,failure_class:system}.as_count()",
    ),
    (
        "journey: {name: buy}",
        'sum(rate(sightline_journey_runs_total{journey="buy",outcome="passed"}[{{.window}}]))',
        "sum:sightline.journey.runs{journey:buy,outcome:passed}.as_count()",
    ),
    (
        "journey: {name: buy, within: 10s}",
        (
            'sum(rate(sightline_journey_duration_seconds_bucket{journey="buy",outcome="passed",le=~"10|10\\\\.0"}'
            "[{{.window}}]))"
        ),
        "count(v: v<=10):sightline.journey.duration{journey:buy,outcome:passed}.as_count()",
    ),
]


@pytest.mark.parametrize(("sli", "prometheus", "datadog"), SEMANTIC)
def test_a_meaning_becomes_both_queries(sli: str, prometheus: str, datadog: str) -> None:
    """The part that is counted, as each backend spells it, and both are exact."""
    answer = compiled(slo(sli), *BOTH)
    assert answer.findings == ()
    assert {each.kind for each in answer.mappings} == {Fidelity.EXACT}
    for backend, wanted in ((PROMETHEUS, prometheus), (DATADOG, datadog)):
        found = answer.slos[0].sli[backend]
        assert isinstance(found, Events)
        part = found.bad or found.good
        assert part is not None
        assert part.text == wanted


def test_long_windows_are_rewritten_with_the_budget_shown() -> None:
    """3d/6h at 1 becomes 48h/4h at 1.5, a tenth of the budget both; refused where rewrites are."""
    text = slo(more="    windows: google\n")
    answer = compiled(text, DATADOG)
    assert [each.code for each in answer.findings] == ["SLO022"]
    assert answer.findings[0].note == "3d/6h at 1 → 2d/4h at 1.5: 10 % of the budget both"
    assert [(each.long_s, each.short_s, each.burn_rate) for each in datadog_windows(answer.slos[0])][-1] == (
        48 * 3600,
        4 * 3600,
        1.5,
    )
    assert compiled(text, DATADOG, rewrites=False).broken
    assert codes(text, PROMETHEUS) == []


NIGHTLY = '{start: "2026-01-04T02:00", duration: 1h, rrule: FREQ=DAILY}'


@pytest.mark.parametrize(
    ("text", "backend", "kind", "fix"),
    [
        (slo(more="    period: 28d\n    windows: datadog\n"), DATADOG, Fidelity.UNSUPPORTED, "use 30d"),
        (slo('raw: {error_ratio_query: "a[{{.window}}]"}'), DATADOG, Fidelity.UNSUPPORTED, "query for datadog"),
        (slo("monitor: {ids: ['1']}"), PROMETHEUS, Fidelity.UNSUPPORTED, "query for prometheus"),
        (slo('raw: {error_ratio_query: "a[{{.window}}]"}'), PROMETHEUS, Fidelity.REWRITTEN, "events"),
        (slo(more="    guard: {min_events: 10}\n"), DATADOG, Fidelity.REWRITTEN, "guard"),
        (slo(more="    guard: {min_events: 10}\n"), PROMETHEUS, Fidelity.EXACT, ""),
        (slo(more=f"    maintenance: [{', '.join([NIGHTLY] * 3)}]\n"), DATADOG, Fidelity.UNSUPPORTED, "fewer"),
        (slo(more=f"    maintenance: [{NIGHTLY}]\n"), DATADOG, Fidelity.EXACT, ""),
        (slo(more=f"    maintenance: [{NIGHTLY[:-1]};BYHOUR=2}}]\n"), DATADOG, Fidelity.UNSUPPORTED, "alone"),
        (slo("monitor: {ids: ['1']}", objective=99.955), DATADOG, Fidelity.UNSUPPORTED, "99.95"),
        (slo(more="    by: [http.route]\n"), DATADOG, Fidelity.REWRITTEN, "each group"),
        (
            slo(more='    maintenance: [{start: "2026-01-04T02:00", duration: 1h, rrule: FREQ=MONTHLY}]\n'),
            PROMETHEUS,
            Fidelity.REWRITTEN,
            "UTC",
        ),
        (
            slo(more='    maintenance: [{start: "2026-01-04T02:00", duration: 5m, rrule: FREQ=HOURLY}]\n'),
            PROMETHEUS,
            Fidelity.UNSUPPORTED,
            "UTC",
        ),
        (
            slo(
                more='    maintenance: [{start: "2026-01-04T02:00", duration: 1h, rrule: FREQ=DAILY,'
                " timezone: Europe/Rome}]\n"
            ),
            PROMETHEUS,
            Fidelity.REWRITTEN,
            "summer time",
        ),
    ],
)  # fmt: skip
def test_each_verdict_has_its_fix(text: str, backend: Backend, kind: Fidelity, fix: str) -> None:
    """Exact, rewritten or unsupported, and how to make it exact."""
    found = verdict(compiled(text).slos[0], backend)
    assert found.kind is kind
    assert fix in " ".join(each.fix for each in found.reasons)
    assert (compiled(text, backend).broken) == (kind is Fidelity.UNSUPPORTED)


SILENT = "    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}\n"


def put_by(code: str, until: str = "") -> str:
    more = f', until: "{until}"' if until else ""
    return f"    suppress: [{{code: {code}, reason: it is a report and nothing else{more}}}]\n"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (SILENT, ["SLO016"]),
        (SILENT + put_by("SLO016"), []),
        (SILENT + put_by("SLO016", "2026-06-30"), []),
        (SILENT + put_by("SLO016", "2026-06-29"), ["SLO024"]),
        (SILENT + put_by("SLO016", "2026-02-31"), ["SLO024"]),
        (put_by("SLO016"), ["SLO023"]),
        (SILENT + put_by("SLO025"), ["SLO023", "SLO016"]),
    ],
)
def test_a_suppression_takes_its_own_code_away_until_its_day(more: str, found: list[str]) -> None:
    """Until and with its last day; one that is over, or takes nothing away, is a finding itself."""
    answer = compile_specs({"a.yaml": slo(more=more)}, Options(today=dt.date(2026, 6, 30)))
    assert sorted(each.code for each in answer.findings) == sorted(found)


@pytest.mark.parametrize(
    ("code", "form", "backends"),
    [("SLO028", "openslo", ()), ("SLO022", "datadog", (DATADOG,))],
)
def test_what_a_form_leaves_out_is_suppressed_whoever_asks(code: str, form: str, backends: tuple[Backend, ...]) -> None:
    """Where it is found it is taken away; where nobody asks for that form its suppression is not idle."""
    guarded = "    guard: {min_events: 20}\n"
    asked = Options(form=form, backends=backends)
    assert code in {each.code for each in compile_specs({"a.yaml": slo(more=guarded)}, asked).findings}
    suppressed = {"a.yaml": slo(more=guarded + put_by(code))}
    for options in (asked, Options(), Options(form="prometheus", backends=(PROMETHEUS,))):
        found = {each.code for each in compile_specs(suppressed, options).findings}
        assert not found & {code, "SLO023"}
    idle = {"a.yaml": slo("monitor: {ids: ['1']}", more=SILENT + put_by("SLO022") + "")}
    assert "SLO023" in {each.code for each in compile_specs(idle, Options()).findings}


@pytest.mark.parametrize("label", ["service", "slo", "severity", "window", "long_window", "short_window"])
def test_what_the_compiler_sets_is_nobodys_label(label: str) -> None:
    """A label of the author's would otherwise win, and hide which window fired."""
    assert codes(slo(more=f"    alerting: {{page_alert: {{labels: {{{label}: x}}}}}}\n")) == ["SLO017"]


@pytest.mark.parametrize("objective", [0, 100, 100.5])
def test_an_objective_without_a_budget_is_told_and_crashes_nothing(objective: float) -> None:
    """Whatever is asked for, windows that Datadog takes only cut short among it."""
    made = compile_specs(
        {"a.yaml": slo(objective=objective, more="    windows: google\n")}, Options(backends=tuple(Backend))
    )
    assert "SLO010" in {each.code for each in made.findings}


def test_an_error_cannot_be_suppressed() -> None:
    """No reason makes an alert fire that cannot."""
    assert sorted(codes(slo(objective=80, more=put_by("SLO012")))) == ["SLO012", "SLO023"]


def test_the_verdicts_are_told_by_validate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each backend that is named; under --no-rewrites one that is not exact is a no."""
    spec = tmp_path / "a.yaml"
    spec.write_text(slo(more="    windows: google\n"))
    chosen = ["--backend", "prometheus", "--backend", "datadog", "--json"]
    assert run(["slo", "validate", str(spec), *chosen]) == 0
    (row,) = json.loads(capsys.readouterr().out)["data"]
    assert row["backends"] == {"prometheus": "exact", "datadog": "rewritten"}
    assert run(["slo", "validate", str(spec), "--no-rewrites", *chosen]) == 1


def test_the_shop_is_exact_at_both_backends() -> None:
    """Availability and latency of each service, payments, shipments and journeys: nothing is lost in either."""
    answer = compile_specs(read([str(SHOP)]), Options(backends=BOTH, rewrites=False))
    assert answer.findings == ()
    assert {(each.backend, each.kind) for each in answer.mappings} == {(backend, Fidelity.EXACT) for backend in BOTH}
    told = {(each.service, each.kind) for each in answer.slos}
    services = {"catalog", "cart", "orders", "payments", "fulfilment", "storefront"}
    assert told == {
        *((each, "http") for each in services),
        ("payments", "kpi"),
        ("fulfilment", "kpi"),
        ("journeys", "journey"),
    }
    for service in services:
        names = {each.name for each in answer.slos if each.service == service}
        assert {"availability", "latency"} <= names
