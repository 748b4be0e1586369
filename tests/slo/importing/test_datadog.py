"""`sightline slo import datadog`, against the local backend: imported, compiled and planned there is nothing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.slo.backend import Backend
    from tests.slo.caller import Caller

OURS = """\
version: sightline/v1
service: pay
owner: checkout
labels: {tier: gold}
slos:
  - name: plain
    description: |
      Payments that the system did not fail.
      Declined cards are none.
    objective: 99.5
    sli: {events: {datadog: {error_query: "sum:pay.failed{*}.as_count()", total_query: "sum:pay.all{*}.as_count()"}}}
    runbook: https://runbooks.example/pay
    alerting:
      name: PaymentsFail
      notify: ["@slack-pay"]
      annotations: {dashboard: https://boards.example/pay}
      page_alert: {notify: ["@pagerduty-pay", "@slack-pay"], labels: {urgency: high}}
      budget_alert: {used: 80, severity: page}
  - name: good
    objective: 99
    period: 7d
    sli: {events: {datadog: {good_query: "sum:pay.good{*}.as_count()", total_query: "sum:pay.all{*}.as_count()"}}}
    alerting: {ticket_alert: {disable: true}}
    maintenance:
      - {start: "2026-03-01T10:00", duration: 90m, category: Deployment, description: The new ledger goes live.}
      - {start: "2026-01-04T02:00", duration: 2h, rrule: FREQ=WEEKLY;BYDAY=SU, timezone: Europe/Rome}
      - {start: "2026-10-25T02:30+01:00", duration: 45s, timezone: Europe/Rome}
  - name: guarded
    objective: 99
    sli: {events: {datadog: {error_query: "sum:pay.failed{*}.as_count()", total_query: "sum:pay.all{*}.as_count()"}}}
    guard: {min_events: 20, min_failures: 3}
  - name: own-windows
    objective: 99.9
    sli: {events: {datadog: {error_query: "sum:pay.failed{*}.as_count()", total_query: "sum:pay.all{*}.as_count()"}}}
    windows:
      - {name: quick, severity: page, long: 2h, short: 10m, burn_rate: 10}
      - {name: lazy, severity: ticket, long: 48h, short: 4h, burn_rate: 1.5}
  - name: sliced
    objective: 99
    sli: {time_slice: {datadog: "avg:pay.latency{*}", comparator: "<", threshold: 0.5, slice: 1m}}
    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}
"""


@pytest.fixture
def imported(caller: Caller, tmp_path: Path) -> Path:
    """Return what an import of specs that were pushed wrote."""
    (tmp_path / "ours.yaml").write_text(OURS)
    assert caller("push", tmp_path / "ours.yaml") == 0
    out = tmp_path / "out"
    assert run(["slo", "import", "datadog", "--project", caller.project, "-o", str(out)]) == 0
    return out


def test_imported_compiled_and_planned_there_is_nothing_to_do(
    imported: Path, caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys, objectives, queries, windows, guards, names, labels, handles and annotations are all as they were."""
    capsys.readouterr()
    code = caller("plan", imported)
    assert (code, capsys.readouterr().out.splitlines()[:-1]) == (0, [])
    text = (imported / "pay.yaml").read_text()
    assert text.count("windows:") == 1, "windows that hold anyway are not written out"
    assert "bad" not in text
    counts = {"maintenance:": 1, "- start:": 3, "timezone:": 2, "category:": 1, "description: The": 1}
    assert {each: text.count(each) for each in counts} == counts
    again = imported.parent / "again"
    assert run(["slo", "import", "datadog", "--project", caller.project, "-o", str(again)]) == 0
    assert (again / "pay.yaml").read_text() == text


def test_what_others_made_is_taken_along_and_can_be_adopted(
    backend: Backend, caller: Caller, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody's SLO with a burn-rate monitor becomes a spec; what does not come along is said; then it is ours."""
    name = f"Checkout ({caller.project})"
    body = {
        "type": "metric",
        "name": name,
        "description": "By hand.",
        "tags": [f"service:{caller.project}", "team:web", "bare"],
        "thresholds": [{"timeframe": "7d", "target": 99, "warning": 99.5}, {"timeframe": "30d", "target": 98}],
        "timeframe": "30d",
        "query": {"numerator": "sum:a{*}.as_count()", "denominator": "sum:b{*}.as_count()"},
    }
    theirs = backend.call("POST", "/api/v1/slo", body)["data"][0]
    monitor = {
        "type": "slo alert",
        "name": f"{name} burns",
        "message": "Wake up @pagerduty-web and @slack-web",
        "query": f'burn_rate("{theirs["id"]}").over("30d").long_window("1h").short_window("5m") > 14.4',
        "options": {"thresholds": {"critical": 14.4}},
        "priority": 1,
    }
    backend.call("POST", "/api/v1/monitor", monitor)
    caller.monkeypatch.setenv("DD_HOST", caller.address)
    capsys.readouterr()
    assert run(["slo", "import", "datadog", "-o", str(tmp_path / "all")]) in {0, 1}
    said = capsys.readouterr().err
    for words in ("`bare` has no value", "only the objective over 30d", "gets a name, a message and tags of ours"):
        assert f"{name}: " in said
        assert words in said
    text = (tmp_path / "all" / f"{caller.project}.yaml").read_text()
    assert f"name: checkout-{caller.project}" in text
    assert "good_query: sum:a{*}.as_count()" in text
    assert "team: web" in text
    assert "- '@pagerduty-web'" in text
    file = tmp_path / "all" / f"{caller.project}.yaml"
    assert caller("push", file, "--adopt") == 0
    assert caller("plan", file) == 0


def test_nothing_and_no_answer(caller: Caller) -> None:
    """A project without SLOs is 3; a target that does not answer is 2."""
    caller.monkeypatch.setenv("DD_HOST", caller.address)
    assert run(["slo", "import", "datadog", "--project", "nobody"]) == 3
    caller.monkeypatch.setenv("DD_HOST", "http://127.0.0.1:9")
    assert run(["slo", "import", "datadog"]) == 2
