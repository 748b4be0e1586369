"""`sightline slo test`: its words, its exit codes, its JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from tests.slo.specs import SHOP, spec

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = """\
    tests:
      - name: a fifth fails
        traffic: 600/m
        errors: 20%x30m 0x1h
        expect: {page: PAGE}
"""


@pytest.mark.parametrize(("page", "code"), [("22m..23m", 0), ("1m..21m", 1)])
def test_a_failing_test_is_exit_1_and_says_where_it_stands(
    page: str, code: int, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """File and line, what was expected and what came."""
    file.write_text(spec(more=SCENARIO.replace("PAGE", page)))
    assert run(["slo", "test", str(file)]) == code
    said = capsys.readouterr().out
    assert ("it fires after 22m" in said) == bool(code)
    assert (f"at {file}:12:9" in said) == bool(code)
    assert "9 boundary tests of its windows" in said


def test_specs_without_tests_are_exit_3(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing tested is no success."""
    file.write_text(spec())
    assert run(["slo", "test", str(file)]) == 3
    assert "no SLO here has a test" in capsys.readouterr().err


def test_a_low_score_is_exit_1(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--least` says how low."""
    file.write_text(spec(more=SCENARIO.replace("PAGE", "22m..23m")))
    assert run(["slo", "test", str(file), "--mutate"]) == 1
    assert "survived: page medium: removed" in capsys.readouterr().out
    assert run(["slo", "test", str(file), "--mutate", "--least", "10", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    assert data["tests"] == [{"key": "pay-success", "backend": "datadog", "name": "a fifth fails", "problems": []}]
    assert data["mutation"][0]["percent"] > 10
    assert data["boundaries"][0]["problems"] == []


def test_the_shops_own_tests_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """By the evaluator of the local backend, and by Prometheus' rules of rates."""
    assert run(["slo", "test", str(SHOP), "--slo", "payments-payment-success"]) == 0
    assert "payments-payment-success (prometheus)" in capsys.readouterr().out


def test_a_spec_that_is_wrong_is_not_tested(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings first, as everywhere."""
    file.write_text(spec(objective=100))
    assert run(["slo", "test", str(file)]) == 1
    assert "error[" in capsys.readouterr().err


def test_a_key_that_is_not_there_is_told_from_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    """With the nearest one."""
    assert run(["slo", "test", str(SHOP), "--slo", "journeys-buyin"]) == 2
    assert "did you mean `journeys-buying`?" in capsys.readouterr().err
