"""`sightline slo comment`: one comment, the riskiest first, of a bounded length, without a key or a network."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_core.diagnostics import Diagnostic, Severity, Span
from sightline_datadog.documents import Kind
from sightline_datadog.reporting.fitting import GITHUB
from sightline_datadog.sync.plan import Action, Change, Plan
from sightline_slo.reporting.comment import MARK, comment
from tests.slo.specs import spec

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose main branch holds three SLOs, two of them in one file."""
    both = spec("kept", more="    alerting: {notify: ['@everybody']}\n") + spec("gone").partition("slos:\n")[2]
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "a.yaml").write_text(both)
    (tmp_path / "specs" / "b.yaml").write_text(spec("moved"))
    identity = ["-c", "user.name=a", "-c", "user.email=a@example"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-q", "-m", "specs"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.chdir(tmp_path)
    # Whatever would ask a target fails: a fork's pull request has none.
    monkeypatch.setenv("DD_HOST", "http://127.0.0.1:9")
    return tmp_path


def commented(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert run(["slo", "comment", "specs", "--against", "main", *options]) == 0
    return capsys.readouterr().out


def test_the_riskiest_comes_first(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deletes, then what wakes somebody, then objectives, then the rest; nobody is mentioned."""
    changed = spec("kept", objective=99.9, more="    alerting: {notify: ['@somebody']}\n")
    (repository / "specs" / "a.yaml").write_text(changed)
    (repository / "specs" / "c.yaml").write_text(spec("new"))
    text = commented(capsys)
    titles = re.findall(r"^### ([A-Za-z ,]+)", text, re.MULTILINE)
    assert [each.strip() for each in titles] == [
        "Deletes",
        "Paging and notifications",
        "Objectives and what is measured",
        "New",
    ]
    assert text.startswith(MARK + "\n")
    assert "**4 to delete, 4 to update, 4 to create** against `main`" in text
    assert "5 of them are about paging and notifications." in text
    assert "- delete slo `pay-gone`" in text
    assert "@@ thresholds[0].target @@\n- 99.5\n+ 99.9" in text
    assert "- @everybody\n+ @somebody" in text
    shown = re.sub(r"(?s)```diff.*?\n```|<code>.*?</code>|`[^`]*`", "", text)
    assert "@" not in shown


def test_nothing_changed_and_nothing_can_be_told(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same specs are no change; broken ones have findings in place of a plan, and the command still exits 0."""
    assert "No change against `main`; 12 unchanged." in commented(capsys)
    (repository / "specs" / "b.yaml").write_text(spec("moved", objective=100))
    text = commented(capsys)
    assert "**1 error**" in text
    assert "error SLO010: `specs/b.yaml:5:16`" in text
    assert "### Deletes" not in text


def test_a_revision_that_is_broken_or_empty_makes_everything_new(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was wrong before is no longer of interest; what is no revision is no answer."""
    (repository / "specs" / "b.yaml").write_text("version: nonsense\n")
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example", "commit", "-q", "-a", "-m", "break"],
        cwd=repository,
        check=True,
        capture_output=True,
    )
    (repository / "specs" / "b.yaml").write_text(spec("moved"))
    assert "**12 to create**" in commented(capsys)
    assert run(["slo", "comment", "specs", "--against", "no-such-branch"]) == 2


def test_a_backtest_is_added(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its changes stand below the plan; what is no backtest is no answer."""
    summary = {"pages": 1, "tickets": 0}
    change = {"key": "pay-kept", "backend": "datadog", "before": summary, "after": {**summary, "pages": 4}}
    (repository / "b.json").write_text(json.dumps({"data": {"changes": [change]}}))
    text = commented(capsys, "--backtest", "b.json")
    assert "### Backtest\n\n- `~ pay-kept (datadog)`\n  - `pages: 1 -> 4`\n" in text
    for content in ("{}", "[", '{"data": {"changes": null, "slos": []}}', '{"data": {"changes": [{}]}}'):
        (repository / "b.json").write_text(content)
        assert run(["slo", "comment", "specs", "--against", "main", "--backtest", "b.json"]) == 2
    assert run(["slo", "comment", "specs", "--against", "main", "--backtest", "none.json"]) == 2


def test_the_largest_pull_request_fits() -> None:
    """Two thousand changes still get their deletes told first, within both limits, and it says what is left out."""
    many = [Change(Action.CREATE, Kind.SLO, f"pay-{number}", "é" * 200) for number in range(2_000)]
    plan = Plan("p", (*many, Change(Action.DELETE, Kind.SLO, "pay-gone", "Gone")))
    text = comment(plan, [Diagnostic("SLO016", Severity.WARNING, "w", Span("a", 1, 1, 1, 2))], "main", limit=60_000)
    assert len(text) <= 60_000
    assert len(text.encode()) <= GITHUB.octets
    assert text.index("pay-gone") < text.index("pay-0")
    assert re.search(r"room: 1\d\d\d more\. All of it is in the output of `sightline slo comment --limit 0`", text)
    assert "pay-1999" in comment(plan, [], "main")
