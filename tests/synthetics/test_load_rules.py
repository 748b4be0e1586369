"""What a load run is told, and when it counts as failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sightline_core.exit_codes import ExitCode
from sightline_synthetics.durations import seconds
from sightline_synthetics.load.command import arguments, environment
from sightline_synthetics.load.ledger import Totals
from sightline_synthetics.load.report import as_json, as_text
from sightline_synthetics.load.settings import LoadSettings
from sightline_synthetics.load.thresholds import Outcome, Thresholds, judge

GOOD = Outcome(requests=1000, failures=5, p50_ms=20, p95_ms=80, p99_ms=200)


def test_within_the_thresholds_is_yes() -> None:
    """At the limit is still good."""
    assert judge(GOOD, Thresholds(0.005, 80)) == (ExitCode.OK, [])


def test_every_broken_threshold_is_named() -> None:
    """Both reasons are given, with what was measured and what was allowed."""
    code, reasons = judge(GOOD, Thresholds(0.001, 79))
    assert code is ExitCode.NO
    assert reasons == ["0.50% of the requests failed, more than 0.10%", "p95 was 80 ms, more than 79 ms"]


def test_no_request_is_no_success() -> None:
    """Silence must not look like success."""
    assert judge(Outcome(0, 0, 0, 0, 0), Thresholds())[0] is ExitCode.NOTHING


def test_settings_survive_the_way_through_the_environment() -> None:
    """What the command line was told is what locust reads."""
    told = LoadSettings(seed=9, rate=0.5, visits=3, ledger="/a b", traffic="load", report_json=True, think=1.5)
    assert LoadSettings.from_env(told.as_env()) == told
    assert LoadSettings.from_env({}) == LoadSettings()


def test_locust_inherits_no_account_and_no_habits() -> None:
    """Neither a vendor's variable nor locust's own reaches the load generator."""
    env = environment({"DD_API_KEY": "x", "OTEL_X": "y", "LOCUST_HOST": "z", "PATH": "/bin"}, LoadSettings(seed=4))
    assert {"DD_API_KEY", "OTEL_X", "LOCUST_HOST"} & set(env) == set()
    assert env["PATH"] == "/bin"
    assert env["SIGHTLINE_LOAD_SEED"] == "4"


def test_locust_runs_without_a_page_for_the_time_asked() -> None:
    """Headless, and with a run time only when one was asked for."""
    line = arguments("http://127.0.0.1:1", 5, 90.0)
    assert "--headless" in line
    assert line[-2:] == ["--run-time", "90s"]
    assert "--run-time" not in arguments("http://127.0.0.1:1", 5, None)
    assert Path(line[line.index("-f") + 1]).is_file()


def test_the_report_tells_money_per_currency_and_every_reason() -> None:
    """Text and JSON carry the same."""
    totals = Totals(visits=3, orders=2, revenue={"EUR": 1999}, declined={"expired_card": 1})
    settings = LoadSettings(ledger="/book")
    text = as_text(settings, GOOD, totals, ["too slow"])
    assert "2 orders (19.99 EUR), 1 declined, 0 failed, 0 unknown" in text
    assert "threshold  too slow" in text
    data = as_json(settings, GOOD, totals, ["too slow"])
    assert data["held"] is False
    assert data["bought"]["revenue"] == {"EUR": 1999}
    assert data["requests"]["fail_ratio"] == 0.005


@pytest.mark.parametrize(
    ("text", "expected"), [("90s", 90), ("10m", 600), ("1h30m", 5400), ("2.5", 2.5), (" 3M ", 180)]
)
def test_durations(text: str, expected: float) -> None:
    """People write durations in several ways."""
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "0s", "m", "ten minutes", "10m later", "-5s", "1d", "9" * 400])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """And told how to write one."""
    with pytest.raises(ValueError, match=r"duration|no time|a year"):
        seconds(text)
