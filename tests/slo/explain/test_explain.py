"""Explanations: the report's tables, in words, in a chart, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from sightline_core.cli import run
from sightline_slo.backtesting.alarm import alarms_of
from sightline_slo.explaining.explanation import explain, time
from sightline_slo.explaining.maths import budget_spent, detection_s, first, one_failure_fires_below, reset_s
from sightline_slo.explaining.text import render
from sightline_slo.model import Backend, Severity
from tests.slo.alarming import slo
from tests.slo.specs import SHOP

if TYPE_CHECKING:
    from pathlib import Path

GOOGLE = "    windows: google\n"
MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("objective", "ratio", "severity", "window", "seconds"),
    [
        (99.9, 1.0, Severity.PAGE, "fast", 0.864 * MINUTE),
        (99.9, 0.1, Severity.PAGE, "fast", 8.64 * MINUTE),
        (99.9, 0.01, Severity.PAGE, "medium", 3.6 * HOUR),
        (99.9, 0.002, Severity.TICKET, "slowest", 36 * HOUR),
        (99, 1.0, Severity.PAGE, "fast", 8.64 * MINUTE),
        (99, 0.1, Severity.PAGE, "medium", 3.6 * HOUR),
        (99.99, 1.0, Severity.PAGE, "fast", 5.184),
        (99.99, 0.1, Severity.PAGE, "fast", 51.84),
        (99.99, 0.01, Severity.PAGE, "fast", 8.64 * MINUTE),
        (99.99, 0.002, Severity.PAGE, "fast", 43.2 * MINUTE),
    ],
)
def test_detection_times_are_those_of_the_workbooks_table(
    objective: float, ratio: float, severity: Severity, window: str, seconds: float
) -> None:
    """The table of the SRE workbook's windows, cell by cell."""
    alarms = alarms_of(slo(objective=objective, windows=GOOGLE), Backend.PROMETHEUS)
    found = first([each for each in alarms if each.severity is severity], ratio)
    assert found is not None
    assert found[0].name == window
    assert found[1] == pytest.approx(seconds)


def test_what_is_never_detected_is_never() -> None:
    """99 % allows one in a hundred: at that ratio nothing pages, ever."""
    for alarm in alarms_of(slo(objective=99, windows=GOOGLE), Backend.PROMETHEUS)[:2]:
        assert detection_s(alarm, 0.01) is None
        assert reset_s(alarm, 0.01) is None
        assert budget_spent(alarm, 0.01, 30 * 86400) is None


def test_the_budget_that_is_gone_at_detection_is_what_the_windows_say() -> None:
    """Two percent for the fast window whatever fails, five for the medium."""
    made = slo(objective=99.9)
    shares = {"fast": 0.02, "medium": 0.05, "slow": 0.1}
    for alarm in alarms_of(made, Backend.DATADOG):
        for ratio in (1.0, 0.1):
            assert budget_spent(alarm, ratio, made.period_s) == pytest.approx(shares[alarm.name])


def test_one_failure_fires_below_the_traffic_of_the_report() -> None:
    """69 requests an hour at 99.9 %, 694 at 99.99 %, 7 at 99 %; never with two failures asked for."""
    for objective, per_hour in ((99.9, 69), (99.99, 694), (99, 7)):
        below = one_failure_fires_below(alarms_of(slo(objective=objective), Backend.DATADOG)[0])
        assert below == pytest.approx(per_hour, rel=0.01)
    guarded = slo(objective=99.9, more="    guard: {min_failures: 2}\n")
    assert one_failure_fires_below(alarms_of(guarded, Backend.DATADOG)[0]) is None


def test_the_text_says_budget_alerts_tables_and_low_traffic() -> None:
    """Within its width, complete without colour."""
    text = render(explain(slo(objective=99.9), Backend.DATADOG, 1000), 80)
    budget = "0.1 % of events, or 43.2 min of total failure; at 1000 events/h, 720 of 720,000"
    assert budget in " ".join(text.split())
    words = "A page when more than 1.44 % of events fail, over the last 1 h and over the last 5 min too: 14.4 times"
    assert words in " ".join(text.split())
    assert "below 69.4 events/h, one single failure fires it" in text
    assert "100 %       52 s (fast)" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    chart = text[text.index("Detection time by error ratio") :]
    assert chart.count("●") > 40
    assert chart.count("○") > 40


def test_an_slo_without_alerts_is_explained_too() -> None:
    """Its budget, and that nothing watches it."""
    off = "    alerting: {page_alert: {disable: true}, ticket_alert: {disable: true}}\n    suppress:\n"
    off += "      - {code: SLO016, reason: nobody is to be told of this one}\n"
    assert "No alert is enabled." in render(explain(slo(more=off), Backend.DATADOG), 80)


def test_the_chart_is_svg_that_says_its_numbers_in_words_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Well-formed, titled, described, one line a severity."""
    file = tmp_path / "chart.svg"
    assert run(["slo", "explain", "orders-checkout-availability", str(SHOP), "--svg", str(file)]) == 0
    capsys.readouterr()
    root = ET.fromstring(file.read_text())  # noqa: S314 - our own file
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title") == "orders-checkout-availability: detection time by error ratio"
    assert "10 % errors: page after 43.2 min" in (root.findtext(f"{space}desc") or "")
    assert {each.get("class") for each in root.iter(f"{space}path")} == {"page line", "ticket line"}


def test_json_holds_the_same_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """In seconds and shares."""
    assert run(["slo", "explain", "payments-payment-*", str(SHOP), "--json", "--backend", "prometheus"]) == 0
    (data,) = json.loads(capsys.readouterr().out)["data"]
    assert data["backend"] == "prometheus"
    assert data["budget_minutes"] == pytest.approx(216)
    everything = data["detection"][0]
    assert everything["error_ratio"] == 1
    assert everything["page"]["detection_s"] == pytest.approx(259.2)


def test_one_chart_is_of_one_slo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A pattern that names several is refused; a key that is not there is answered with the nearest."""
    assert run(["slo", "explain", "*", str(SHOP), "--svg", str(tmp_path / "x.svg")]) == 2
    assert "one chart shows one SLO" in capsys.readouterr().err
    assert run(["slo", "explain", "journeys-buyinh", str(SHOP)]) == 2
    assert "did you mean `journeys-buying`?" in capsys.readouterr().err


def test_times_are_spelled_as_people_say_them() -> None:
    """Two digits after all, and no zero that says nothing."""
    assert [time(each) for each in (5, 60, 90, 480, 3600, 5400, 7200, 86400, 300000)] == [
        "5 s", "60 s", "90 s", "8 min", "1 h", "90 min", "2 h", "24 h", "3.5 d",
    ]  # fmt: skip
