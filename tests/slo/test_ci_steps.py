"""The lines of datadog.yml themselves, run as GitHub runs them, with a Datadog, a GitHub and a repository at hand."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.datadog.github_server import GitHubServer

from .specs import spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .backend import Backend

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
JOBS: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/datadog.yml").read_text())["jobs"]


@dataclass
class Runner:
    """Runs steps in `folder`, a clone of a repository whose documents lie in `build/` already."""

    folder: Path
    variables: dict[str, str]

    def step(self, job: str, words: str, code: int = 0, **variables: str) -> str:
        """Run the one step of a job whose script has these words; return what it said."""
        (script,) = [each["run"] for each in JOBS[job]["steps"] if words in each.get("run", "")]
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder, env={**os.environ, **self.variables, **variables},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def documents(self, text: str) -> None:
        """Make the documents of specs."""
        (self.folder / "specs.yaml").write_text(text)
        sightline = str(self.folder / ".venv/bin/sightline")
        for words in (["compile", "specs.yaml"], ["gates", "specs.yaml", "--env", "production"]):
            subprocess.run(
                [sightline, "slo", *words, "--out", "build"], cwd=self.folder, check=True, capture_output=True
            )

    def git(self, *words: str) -> str:
        """Ask git."""
        return subprocess.run(["git", *words], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def read(self, name: str) -> str:
        """Return a file's text."""
        return (self.folder / name).read_text()


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    """Return a GitHub."""
    with GitHubServer() as made:
        yield made


@pytest.fixture
def runner(backend: Backend, github: GitHubServer, tmp_path: Path) -> Runner:
    """Return a runner, in a clone of an empty repository."""
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "origin")], check=True, capture_output=True)
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(tmp_path / "origin"), str(folder)], check=True, capture_output=True)
    (folder / ".venv").mkdir()
    (folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    files = {f"GITHUB_{name}": str(folder / name.lower()) for name in ("STEP_SUMMARY", "OUTPUT")}
    ci = {"GITHUB_ACTIONS": "true", "GITHUB_SHA": "abc", **files, **github.environ, "DD_HOST": backend.address}
    return Runner(folder, ci)


def test_apply_keep_plan_comment(runner: Runner, github: GitHubServer) -> None:
    """Main applies and keeps a snapshot on a branch of its own; a pull request is planned against it, and told once."""
    runner.documents(spec("ci"))
    assert "6 to create" in runner.step("apply", "datadog apply")
    for _ in range(2):
        runner.step("keep", "hash-object")
    runner.git("fetch", "-q", "origin", "datadog-snapshot")
    assert runner.git("log", "--format=%s", "FETCH_HEAD") == "What is in Datadog after abc\n"
    assert runner.git("ls-tree", "--name-only", "FETCH_HEAD") == "snapshot.json\n"
    (runner.folder / "kept").mkdir()
    (runner.folder / "kept/snapshot.json").write_text(runner.git("show", "FETCH_HEAD:snapshot.json"))
    runner.documents(spec("ci", objective=99.9))
    # A pull request has no key and, here, nobody to ask.
    log = runner.step("plan", "datadog plan", DD_HOST="http://127.0.0.1:9")
    assert "thresholds[0].target: 99.5 → 99.9" in log
    assert runner.read("step_summary") == runner.read("plan.md")
    assert 'failures="0"' in runner.read("plan.xml")
    for _ in range(2):
        runner.step("comment", "datadog comment", NUMBER="5")
    assert [(each["issue"], each["body"]) for each in github.comments.values()] == [(5, runner.read("plan.md"))]
    for number in range(9):
        (runner.folder / f"build/slo.more{number}.json").write_text("{}")
    runner.step("plan", "datadog plan", code=1)
    assert "there is no plan until they are mended" in runner.read("plan.md")


def test_drift_fails_and_has_one_issue(runner: Runner, github: GitHubServer) -> None:
    """The job ends with the command's exit code and hands it on; no answer is told to nobody."""
    runner.documents(spec("ci-drift"))
    runner.step("apply", "datadog apply")
    runner.documents(spec("ci-drift", objective=99.9))
    runner.step("drift", "datadog drift", code=1)
    assert runner.read("output") == "code=1\n"
    runner.step("issue", "datadog issue", CODE="1")
    assert "### Objectives and what is measured (1)" in github.issues[1]["body"]
    runner.documents(spec("ci-drift"))
    runner.step("drift", "datadog drift")
    runner.step("issue", "datadog issue", CODE="0")
    assert github.issues[1]["state"] == "closed"
    runner.step("drift", "datadog drift", code=2, DD_HOST="http://127.0.0.1:9")
    assert runner.read("output") == "code=1\ncode=0\ncode=2\n"
    assert "no answer to GET" in runner.read("drift.md")
