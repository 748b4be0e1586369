"""`sightline slo backtest`: its table, its JSON, and two versions of a spec on one history."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from tests.slo.alarming import NOON
from tests.slo.specs import spec

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def past(tmp_path: Path) -> Path:
    """Two days of a hundred events a minute, with an outage of twenty minutes on the second."""
    file = tmp_path / "history.csv"
    rows = [f"{NOON + 60 * minute},{100 if 2000 <= minute < 2020 else 0},100" for minute in range(2880)]
    file.write_text("\n".join(["time,bad,total", *rows, ""]))
    (tmp_path / "incidents.csv").write_text(f"start,end,name\n{NOON + 120_000},{NOON + 121_200},outage\n")
    return file


def test_the_table_has_a_line_an_slo(past: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pages, tickets, detection, reset, budget, precision and recall; the episodes where they are asked for."""
    file.write_text(spec())
    incidents = str(past.with_name("incidents.csv"))
    command = ["slo", "backtest", str(file), "--history", str(past), "--incidents", incidents, "--episodes"]
    assert run(command) == 0
    said = capsys.readouterr().out
    head, line, title, page = said.splitlines()[:4]
    assert head.split()[:3] == ["SLO", "pages", "tickets"]
    assert " ".join(line.split()) == "pay-success (datadog) 1 0 5 min 30 min 2.31 % 9.26 % 100 % 100 %"
    assert title == "pay-success (datadog)"
    assert page.startswith("  page   2026-01-02 21:25Z for 45 min (fast, medium), 2.31 % of the budget")


def test_two_versions_are_compared_on_one_history(
    past: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a pull request changes: a looser objective no longer pages; a new SLO is a plus, an old one a minus."""
    repository = tmp_path / "repository"
    (repository / "specs").mkdir(parents=True)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True, timeout=30)

    (repository / "specs" / "pay.yaml").write_text(spec())
    (repository / "specs" / "old.yaml").write_text(spec(name="old"))
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    command = ["slo", "backtest", "specs", "--history", str(past), "--against", "main"]
    assert run(command) == 0
    assert "No change in what pages or tickets against main." in capsys.readouterr().out
    (repository / "specs" / "pay.yaml").write_text(spec(objective=95))
    (repository / "specs" / "old.yaml").unlink()
    (repository / "specs" / "new.yaml").write_text(spec(name="new"))
    assert run([*command, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    changes = {each["key"]: (each["before"], each["after"]) for each in data["changes"]}
    before, after = changes["pay-success"]
    assert (before["pages"], after["pages"]) == (1, 0)
    assert changes["pay-new"][0] is None
    assert changes["pay-old"][1] is None
    assert run(command) == 0
    said = capsys.readouterr().out
    assert "~ pay-success (datadog)\n    pages: 1 -> 0" in said
    assert "+ pay-new (datadog)" in said
    assert "- pay-old (datadog)" in said
    assert run([*command, "--exclude", "old|new"]) == 0
    said = capsys.readouterr().out
    assert "~ pay-success (datadog)" in said
    assert "pay-new" not in said
    assert "pay-old" not in said
    assert run([*command[:-1], "nowhere"]) == 2
    assert "the other version cannot be read" in capsys.readouterr().err


def test_no_history_is_exit_3_and_says_of_whom(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Silence is no success."""
    file.write_text(spec())
    history = tmp_path / "history.csv"
    history.write_text(f"time,slo,bad,total\n{NOON},other,0,1\n")
    assert run(["slo", "backtest", str(file), "--history", str(history)]) == 3
    assert "there is no history of pay-success (datadog)" in capsys.readouterr().err


def test_a_moment_that_is_none_is_a_usage_error(past: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, with the spelling."""
    file.write_text(spec())
    assert run(["slo", "backtest", str(file), "--history", str(past), "--until", "yesterday"]) == 2
    assert "no moment" in capsys.readouterr().err
