"""Prometheus's own evaluation of the rules: no traffic, no failures yet, groups, slices, time that does not count."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from dateutil.rrule import rrulestr

from sightline_slo.backends.prometheus import groups
from sightline_slo.backends.prometheus_calendar import active
from sightline_slo.testing import promtool

from .texts import compiled, slo

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = (
    "events: {prometheus: {error_query: 'sum(rate(bad[{{.window}}]))', total_query: 'sum(rate(all[{{.window}}]))'}}"
)
NOTHING: list[dict[str, Any]] = []


def one(value: float) -> list[dict[str, Any]]:
    """Return a sample without labels."""
    return [{"labels": "{}", "value": value}]


def hold(folder: Path, text: str, series: dict[str, str], checks: list[tuple[str, str, list[dict[str, Any]]]]) -> None:
    """Let promtool hold expressions at some times to their samples."""
    tool = promtool.find()
    if tool is None:
        pytest.skip("no promtool: SIGHTLINE_PROMTOOL is not set, and PATH has none")
    answer = compiled(text)
    assert not answer.broken, answer.findings
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {"expr": expr, "eval_time": time, "exp_samples": samples} for expr, time, samples in checks
        ],
    }
    promtool.write(folder, answer.slos[0], [test])
    said = promtool.check(tool, folder)
    assert said is None, said


def test_without_traffic_there_is_no_ratio_and_the_budget_stays(tmp_path: Path) -> None:
    """An hour of one failure in ten, then hours of nothing: no NaN anywhere, the period stands at a tenth."""
    series = {"all": "0+100x60 6000x300", "bad": "0+10x60 600x300"}
    names = [
        rule["record"] for group in groups(compiled(slo(EVENTS)).slos[0]) for rule in group["rules"] if "record" in rule
    ]
    hold(
        tmp_path,
        slo(EVENTS),
        series,
        [
            ("count(slo:sli_error:ratio_rate5m)", "50m", one(1)),
            ("count(slo:sli_error:ratio_rate5m)", "2h", NOTHING),
            *((f"count({name} != {name})", "2h", NOTHING) for name in names),
            ("round(max(slo:period_error:ratio), 0.001)", "6h", one(0.1)),
            ("count(ALERTS{alertstate='firing'})", "6h", NOTHING),
        ],
    )


def test_before_the_first_failure_all_is_good(tmp_path: Path) -> None:
    """A counter of failures that never ticked has no series, and the share of errors is 0, not unknown."""
    hold(
        tmp_path,
        slo(EVENTS),
        {"all": "0+100x120"},
        [
            ("max(slo:sli_error:ratio_rate5m)", "1h", one(0)),
            ("max(slo:period_error_budget_remaining:ratio)", "2h", one(1)),
        ],
    )


def test_groups_burn_and_alert_apart(tmp_path: Path) -> None:
    """One route fails, and only its own alert fires."""
    name = 'http_server_requests_total{job="pay",traffic="customer",http_route="%s",outcome="%s"}'
    series = {name % ("/a", "bad"): "0+10x120", name % ("/a", "good"): "0+10x120", name % ("/b", "good"): "0+99x120"}
    hold(
        tmp_path,
        slo(more="    by: [http.route]\n"),
        series,
        [("count by (http_route) (ALERTS{window='fast'})", "2h", [{"labels": '{http_route="/a"}', "value": 1}])],
    )


def test_slices_count_time_and_missing_data_is_uptime(tmp_path: Path) -> None:
    """Half an hour above the threshold in an hour is a half; without data nothing is down."""
    sli = "time_slice: {prometheus: max(queue), comparator: '<', threshold: 100, slice: 1m}"
    hold(
        tmp_path,
        slo(sli),
        {"queue": "5x59 200x59 _x60"},
        [
            ("round(max(slo:sli_error:ratio_rate1h), 0.01)", "89m", one(0.5)),
            ("count(slo:sli_slice:error)", "140m", NOTHING),
        ],
    )


def test_what_fails_during_maintenance_neither_alerts_nor_counts(tmp_path: Path) -> None:
    """Everything fails from two to three o'clock; with a calendar that says so, nothing fires and nothing is spent."""
    series = {"all": "0+100x300", "bad": "0x120 0+100x60 6000x120"}
    fires = "count(count_over_time(ALERTS{alertstate='firing'}[5h]))"
    hold(tmp_path / "without", slo(EVENTS), series, [(f"{fires} > bool 0", "5h", one(1))])
    more = '    maintenance: [{start: "1970-01-01T02:00", duration: 1h, rrule: FREQ=DAILY}]\n'
    hold(
        tmp_path / "with",
        slo(EVENTS, more=more),
        series,
        [(fires, "5h", NOTHING), ("max(slo:period_error:ratio)", "5h", one(0))],
    )


@pytest.mark.parametrize(
    ("start", "rrule"),
    [
        ("1970-01-01T02:00", None),
        ("1970-01-01T02:00", "FREQ=DAILY"),
        ("1970-01-01T23:30", "FREQ=DAILY;INTERVAL=2"),
        ("1970-01-02T12:00", "FREQ=WEEKLY;BYDAY=FR,SU,TU"),
        ("1970-01-04T12:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO"),
        ("1970-01-01T02:00", "FREQ=DAILY;COUNT=3"),
        ("1970-01-01T02:00", "FREQ=WEEKLY;UNTIL=19700109T000000Z"),
    ],
)  # fmt: skip
def test_a_calendar_in_promql_is_the_calendar(start: str, rrule: str | None, tmp_path: Path) -> None:
    """Every half hour of three weeks, as dateutil reads the rule: the time itself, and a base window more."""
    tool = promtool.find()
    if tool is None:
        pytest.skip("no promtool: SIGHTLINE_PROMTOOL is not set, and PATH has none")
    rule = f', rrule: "{rrule}"' if rrule else ""
    more = f'    maintenance: [{{start: "{start}", duration: 1h{rule}}}]\n'
    first = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
    end = dt.datetime(1970, 1, 22, tzinfo=dt.UTC)
    starts = [first] if rrule is None else rrulestr(rrule, dtstart=first).between(first, end, inc=True)
    checks = []
    for half_hour in range(1, 48 * 21):
        now = dt.datetime.fromtimestamp(half_hour * 1800, dt.UTC)
        lasts = any(0 <= (now - each).total_seconds() < 3600 + 300 for each in starts)
        checks.append({"expr": "max(now)", "eval_time": f"{half_hour * 30}m", "exp_samples": one(1) if lasts else []})
    record = {"record": "now", "expr": active(compiled(slo(EVENTS, more=more)).slos[0].maintenance, 300)}
    # JSON is YAML. The whole of the SLO's rules would be evaluated a thousand times for this one.
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "calendar", "rules": [record]}]}))
    test = {"interval": "30m", "promql_expr_test": checks}
    head = {"rule_files": ["rules.yaml"], "evaluation_interval": "30m"}
    (tmp_path / "tests.yaml").write_text(json.dumps({**head, "tests": [test]}))
    said = promtool.check(tool, tmp_path)
    assert said is None, said
