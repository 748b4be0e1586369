"""The workflows, held to what the commands know and to what each job may do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sightline_kube.runbooks.markdown import read_page
from sightline_kube.runbooks.shell import Unreadable, read_script
from sightline_kube.runbooks.sightline import wrong_call

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in sorted((ROOT / ".github/workflows").glob("*.yml"))}
JOBS = [
    pytest.param(file, name, job, id=f"{file}-{name}")
    for file, workflow in WORKFLOWS.items()
    for name, job in workflow["jobs"].items()
]
WRITES = {
    ("slo.yml", "comment"): {"pull-requests"},
    ("datadog.yml", "comment"): {"pull-requests"},
    ("datadog.yml", "issue"): {"issues"},
    ("datadog.yml", "keep"): {"contents"},
}
"""All jobs that may write, and what."""
SECRETS = {("datadog.yml", "apply"), ("datadog.yml", "drift")}
"""All jobs that see a secret."""


def calls(script: str) -> list[tuple[str, ...]]:
    """Return the words of each call of ours in a script of a shell."""
    found = []
    for block in read_page(f"```console\n{script}\n```\n", "workflow").blocks:
        for each in read_script(block):
            assert not isinstance(each, Unreadable), each
            if each.words[0].endswith("/sightline"):
                found.append(each.words[1:])
    return found


def test_every_call_of_ours_exists() -> None:
    """Sub-commands and options of every step, and of the script that makes the documents."""
    scripts = [step.get("run", "") for job in JOBS for step in job.values[2]["steps"]]  # type: ignore[index]
    ours = [words for script in [*scripts, (ROOT / ".ci/documents").read_text()] for words in calls(script)]
    assert len(ours) > 12
    assert [wrong_call(words) for words in ours if wrong_call(words)] == []
    (wrong,) = calls("code=0\n.venv/bin/sightline datadog plan build --project a --fromat junit > x || code=$?")
    assert wrong_call(wrong)


@pytest.mark.parametrize(("file", "name", "job"), JOBS)
def test_a_job_may_do_what_it_must(file: str, name: str, job: dict[str, Any]) -> None:
    """Each names its permissions, ends within a time, runs no text of others, and what writes sees no secret."""
    permissions = job["permissions"]
    assert {each for each, what in permissions.items() if what != "read"} == WRITES.get((file, name), set())
    assert job["timeout-minutes"] <= 90
    secret = "secrets." in str(job)
    assert secret == ((file, name) in SECRETS)
    assert not secret or (job["environment"] == "datadog" and "pull_request" not in job["if"])
    for step in job["steps"]:
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout") and name != "keep":
            assert step["with"]["persist-credentials"] is False


def test_a_fork_needs_nothing_and_gets_nothing() -> None:
    """A pull request is planned against a snapshot; what posts is skipped for a fork, and the summary has its plan."""
    jobs = WORKFLOWS["datadog.yml"]["jobs"]
    planning = [step["run"] for step in jobs["plan"]["steps"] if "datadog plan" in step.get("run", "")]
    for words in calls("\n".join(planning)):
        assert "--snapshot" in words
    assert "GITHUB_STEP_SUMMARY" in planning[0]
    assert not [step for step in jobs["plan"]["steps"] if "env" in step]
    assert "head.repo.full_name == github.repository" in jobs["comment"]["if"]
    assert "pull_request_target" not in str(WORKFLOWS)


def test_drift_is_looked_for_by_the_clock_and_fails() -> None:
    """A scheduled job ends with the command's own exit code; the issue is kept where there was an answer, also then."""
    workflow = WORKFLOWS["datadog.yml"]
    (schedule,) = workflow[True]["schedule"]  # YAML reads `on` as a truth value
    assert re.fullmatch(r"\d+ \d+ \* \* \S+", schedule["cron"])
    (look,) = [step for step in workflow["jobs"]["drift"]["steps"] if step.get("id") == "look"]
    assert look["run"].rstrip().endswith('exit "$code"')
    condition = workflow["jobs"]["issue"]["if"]
    assert "!cancelled()" in condition
    assert "'2'" not in condition
