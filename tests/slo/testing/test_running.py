"""Scenarios are run by the evaluator, and say what was not as expected."""

from __future__ import annotations

import pytest

from sightline_slo.compile import compile_specs
from sightline_slo.model import Backend
from sightline_slo.testing.running import run
from tests.slo.alarming import slo


def outcome(expect: str, errors: str = "20%x30m 0x3h", backend: Backend = Backend.DATADOG) -> tuple[str, ...]:
    more = f"    tests:\n      - {{name: x, traffic: 600/m, errors: {errors}, expect: {{{expect}}}}}\n"
    made = slo(more=more)
    (found,) = run(made, made.tests, backend)
    return found.problems


@pytest.mark.parametrize("backend", Backend)
def test_a_scenario_that_goes_as_expected_passes(backend: Backend) -> None:
    """A fifth of all events fails for half an hour: 14.4 x 0.5 % of an hour is reached after 22 minutes."""
    assert outcome('page: "22m..23m, resets 3m..4m"', backend=backend) == ()


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("page: none", "page: none expected, it fires after 22m (fast)"),
        ("ticket: 5m", "page: none expected, it fires after 22m (fast)"),
        ("page: 1m..21m", "page: expected 1m..21m after the fault began, it fires after 22m"),
        ("page: 23m..30m", "page: expected 23m..30m after the fault began, it fires after 22m"),
        ('page: "22m, resets 1m..3m"', "page: expected to end 1m..3m after the fault, it ends after 4m"),
        ("page: 22m, ticket: 1h", "ticket: expected 0m..1h after the fault began, it never fires"),
    ],
)
def test_what_goes_otherwise_is_said(expect: str, said: str) -> None:
    """Too early, too late, not at all, and whoever was not named."""
    assert said in outcome(expect)


def test_an_alert_that_outlasts_the_scenario_has_not_reset() -> None:
    """An open end is no reset."""
    (problem,) = outcome('page: "5m, resets 1m..30m"', errors="100%x1h", backend=Backend.DATADOG)[-1:]
    assert problem == "ticket: none expected, it fires after 30m (slow)"
    found = outcome('page: "5m, resets 1m..30m", ticket: 30m', errors="100%x1h")
    assert found == ("page: expected to end 1m..30m after the fault, it is still firing when the scenario ends",)


def test_a_scenario_of_one_backend_is_not_run_on_the_other() -> None:
    """`on: datadog` leaves Prometheus out."""
    more = "    tests:\n      - {name: x, on: datadog, traffic: 600/m, errors: 0x1h, expect: {page: none}}\n"
    made = slo(more=more)
    assert len(run(made, made.tests, Backend.DATADOG)) == 1
    assert run(made, made.tests, Backend.PROMETHEUS) == []


@pytest.mark.parametrize("backend", Backend)
def test_slices_of_time_are_averaged_and_not_rated(backend: Backend) -> None:
    """Down for ten minutes: 4.32 of sixty are the threshold, on both backends at the same minute."""
    text = """\
version: sightline/v1
service: pay
slos:
  - name: up
    objective: 99.5
    sli:
      time_slice: {prometheus: up, datadog: "avg:up{*}", comparator: ">=", threshold: 1}
    tests:
      - {name: down, traffic: 1/m, errors: 100%x10m 0x1h, expect: {page: "5m..5m, resets 5m..5m"}}
"""
    compiled = compile_specs({"up.yaml": text})
    (made,) = compiled.slos
    (found,) = run(made, made.tests, backend)
    assert found.problems == ()
