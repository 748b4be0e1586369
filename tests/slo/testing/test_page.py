"""What the compiler's page says of explain, test and backtest works as it is printed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sightline_core.cli import run
from sightline_slo.commands.backtest import command as backtest
from sightline_slo.model import Backend
from sightline_slo.testing.running import run as run_tests
from tests.slo.alarming import slo

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def section() -> str:
    text = (ROOT / "slo" / "README.md").read_text(encoding="utf-8")
    return text.split("\n## What the alerts do\n")[1].split("\n## ")[0]


def test_the_commands_are_answered_yes(
    section: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`explain` and `test` on the shop's own specs; of `backtest`, which asks a backend, the options are known."""
    monkeypatch.chdir(ROOT)
    lines = [shlex.split(line)[1:] for line in section.splitlines() if line.startswith("sightline slo ")]
    asked = {words[1]: words for words in lines}
    assert list(asked) == ["explain", "test", "backtest"]
    assert run(asked["explain"]) == 0
    assert run([*asked["test"], "--slo", "journeys-*"]) == 0
    capsys.readouterr()
    context = backtest.make_context("backtest", asked["backtest"][2:])
    assert context.params["against"] == "main"


@pytest.mark.parametrize("backend", Backend)
def test_the_scenario_passes(section: str, backend: Backend) -> None:
    """As a test of an SLO like the one that it speaks of."""
    (text,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    made = slo(more=text)
    (outcome,) = run_tests(made, made.tests, backend)
    assert outcome.problems == ()
