"""The workflow and the hook: their own lines are run here, with a GitHub on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sightline_core.cli import run
from tests.datadog.github_server import GitHubServer
from tests.slo.specs import FULL, spec

ROOT = Path(__file__).resolve().parents[3]
JOBS: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/slo.yml").read_text())["jobs"]


def steps(job: str, words: str) -> list[dict[str, Any]]:
    return [each for each in JOBS[job]["steps"] if words in each.get("run", "")]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a clone whose branch changes a spec, with this environment's command in it."""
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    (origin / "slo" / "specs").mkdir(parents=True)
    (origin / "slo" / "specs" / "a.yaml").write_text(spec("a"))
    identity = ["-c", "user.name=a", "-c", "user.email=a@example"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-q", "-m", "one"]):
        subprocess.run(["git", *words], cwd=origin, check=True, capture_output=True)
    subprocess.run(["git", "clone", "-q", str(origin), str(clone)], check=True, capture_output=True)
    (clone / "slo" / "specs" / "a.yaml").write_text(spec("a", objective=99.9))
    (clone / ".venv").mkdir()
    (clone / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    return clone


def shell(script: str, folder: Path, **variables: str) -> str:
    """Run a step as GitHub does."""
    env = {**os.environ, **variables}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_comment_is_made_once_and_then_changed(checkout: Path, tmp_path: Path) -> None:
    """The steps make comment.md without a key, add it to the summary, and post it or replace the one of last time."""
    (making,) = steps("comment", "slo comment")
    variables = {"BASE": "main", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "DD_HOST": "http://127.0.0.1:9"}
    shell(making["run"], checkout, **variables)
    text = (checkout / "comment.md").read_text()
    assert "**4 to update**" in text
    assert (tmp_path / "summary.md").read_text() == text
    (posting,) = steps("comment", "datadog comment")
    with GitHubServer() as github:
        for _ in range(2):
            shell(posting["run"], checkout, **github.environ, NUMBER="3")
            (checkout / "comment.md").write_text(f"{text}more\n")
        assert [(each["issue"], each["body"]) for each in github.comments.values()] == [(3, f"{text}more\n")]


def test_a_pull_request_sees_no_secret_and_a_fork_none_that_writes() -> None:
    """No job here has a secret; what posts is skipped for a fork; no script holds others' text."""
    assert "secrets." not in str(JOBS)
    (posting,) = steps("comment", "datadog comment")
    assert posting["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    for job in JOBS.values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_the_hook_takes_what_it_is_given(tmp_path: Path) -> None:
    """Its command is ours and its pattern fits specs; files that are right pass, one that is wrong fails."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    for name in ("slo/specs/a.yaml", "slos/a.yml", "deep/slo/a.yaml"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "values.yaml")
    words = hook["entry"].split()[1:]
    for name, text in {"right": FULL, "wrong": spec(objective=100)}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    assert run([*words, str(tmp_path / "right.yaml")]) == 0
    assert run([*words, str(tmp_path / "right.yaml"), str(tmp_path / "wrong.yaml")]) == 1
