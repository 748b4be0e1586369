"""What a workflow does, end to end: specs to documents, comment, apply, drift with its issue, a gate, a deployment.

The local backend is a process of its own, the official client speaks to it, and GitHub is a server on this machine.
"""

from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from datadog_api_client import ApiClient, Configuration
from datadog_api_client.v2.api.dora_metrics_api import DORAMetricsApi
from datadog_api_client.v2.model.dora_list_deployments_request import DORAListDeploymentsRequest
from datadog_api_client.v2.model.dora_list_deployments_request_attributes import DORAListDeploymentsRequestAttributes
from datadog_api_client.v2.model.dora_list_deployments_request_data import DORAListDeploymentsRequestData
from datadog_api_client.v2.model.dora_list_deployments_request_data_type import DORAListDeploymentsRequestDataType

from sightline_core.cli import run
from tests.datadog.github_server import GitHubServer

from .specs import spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .backend import Backend

pytestmark = pytest.mark.slow
SHA = "0123456789abcdef0123456789abcdef01234567"


class Job:
    """A job of a workflow in a folder of its own; `build` is made of the specs as they are."""

    def __init__(
        self, folder: Path, backend: Backend, github: GitHubServer, output: pytest.CaptureFixture[str]
    ) -> None:
        self.folder, self.backend, self.github, self.output = folder, backend, github, output

    def build(self, text: str) -> None:
        (self.folder / "specs.yaml").write_text(text)
        assert run(["slo", "compile", "specs.yaml", "--out", "build"]) == 0
        assert run(["slo", "gates", "specs.yaml", "--env", "prod", "--out", "build"]) == 0

    def datadog(self, *words: str, into: str = "") -> int:
        self.output.readouterr()
        code = run(["datadog", *words])
        out = self.output.readouterr().out
        if into:
            (self.folder / into).write_text(out)
        return code

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def job(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Job]:
    """Return one; the backend's address and GitHub's are in its environment."""
    with GitHubServer() as github:
        for name, value in github.environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("DD_HOST", backend.address)
        monkeypatch.setenv("SIGHTLINE_PROJECT", "in-ci")
        monkeypatch.chdir(tmp_path)
        yield Job(tmp_path, backend, github, capsys)


def test_from_a_pull_request_to_drift(job: Job) -> None:
    """A pull request is told, main applies just that, the next plan is empty, drift has one issue until it is gone."""
    job.build(spec("a"))
    assert job.datadog("plan", "build", "--format", "markdown", into="plan.md") == 1
    assert "**0 to delete" not in job.read("plan.md")
    assert "6 to create" in job.read("plan.md")
    assert job.datadog("comment", "plan.md", "--pull-request", "1") == 0
    assert job.datadog("plan", "build", "--out", "plan.json", "--format", "junit", into="plan.xml") == 1
    assert ET.fromstring(job.read("plan.xml")).attrib["failures"] == "6"  # noqa: S314 - our own document
    assert job.datadog("apply", "plan.json") == 0
    assert job.datadog("snapshot", "--out", "snapshot.json") == 0
    for more in ([], ["--snapshot", "snapshot.json"]):
        assert job.datadog("plan", "build", "--format", "markdown", *more, into="plan.md") == 0
    assert job.datadog("comment", "plan.md", "--pull-request", "1") == 0
    (told,) = job.github.comments.values()
    assert "No change against the snapshot of" in told["body"]
    assert job.datadog("drift", "build", "--format", "markdown", into="drift.md") == 0
    assert job.datadog("issue", "drift.md", "--close") == 0
    assert job.github.issues == {}
    drifted(job)
    assert job.datadog("push", "build") == 0
    assert job.datadog("drift", "build", "--format", "markdown", into="drift.md") == 0
    assert job.datadog("issue", "drift.md", "--close") == 0
    assert [each["state"] for each in job.github.issues.values()] == ["closed"]


def drifted(job: Job) -> None:
    """Let somebody silence a page by hand, twice looked at."""
    (fast,) = [each for each in job.backend.monitors() if "in-ci:monitor:pay-a-page-fast" in each["message"]]
    job.backend.call("PUT", f"/api/v1/monitor/{fast['id']}", {"options": {**fast["options"], "thresholds": {}}})
    job.backend.call(
        "PUT", f"/api/v1/monitor/{fast['id']}", {"message": "quiet\nsightline:in-ci:monitor:pay-a-page-fast"}
    )
    for _ in range(2):
        assert job.datadog("drift", "build", "--format", "markdown", into="drift.md") == 1
        assert job.datadog("issue", "drift.md") == 0
    (issue,) = job.github.issues.values()
    assert "### Paging and notifications (1)" in issue["body"]
    assert "\n- quiet\n" in issue["body"]
    assert job.datadog("drift", "build", "--format", "junit", into="drift.xml") == 1
    assert ET.fromstring(job.read("drift.xml")).attrib["failures"] == "1"  # noqa: S314 - our own document


def test_a_deploy_is_gated_and_told(job: Job) -> None:
    """The gate out of the SLO is asked for and passes; the deployment is read back by the official client, typed."""
    job.build(spec("b").replace("service: pay", "service: billing"))
    assert job.datadog("push", "build", "--project", "in-ci-gates") == 0
    assert job.datadog("plan", "build", "--project", "in-ci-gates") == 0
    assert run(["slo", "gates", "specs.yaml", "--env", "prod", "--inline", "--out", "inline"]) == 0
    (rule,) = json.loads(job.read("inline/billing-prod.gate.json"))["rules"]
    found = job.backend.call("GET", f"/api/v1/monitor/search?query={quote(rule['options']['query'])}")["monitors"]
    assert sorted(each["name"] for each in found) == [
        f"b: billing-b burns its budget (page, {pair})" for pair in ("1h/5m", "6h/30m")
    ]
    asked: dict[str, Any] = {"data": {"type": "deployment_gates_evaluation_request"}}
    asked["data"]["attributes"] = {"service": "billing", "env": "prod"}
    started = job.backend.call("POST", "/api/v2/deployments/gates/evaluation", asked)["data"]["id"]
    until, result = time.monotonic() + 10, ""
    while time.monotonic() < until and result != "pass":
        said = job.backend.call("GET", f"/api/v2/deployments/gates/evaluation/{started}")["data"]["attributes"]
        result = said["gate_status"]
        assert result in {"in_progress", "pass"}
        time.sleep(0.2)
    assert [each["name"].partition(" sightline:")[0] for each in said["rules"]] == [
        "billing-b does not burn its budget"
    ]
    words = ["--service", "billing", "--env", "prod", "--version", "7", "--commit", SHA]
    words += ["--repository-url", "https://github.com/acme/shop", "--started-at", "1777863600"]
    assert job.datadog("deployed", *words, "--finished-at", "1777863700.5", "--json", into="deployed.json") == 0
    identity = json.loads(job.read("deployed.json"))["data"]["deployment"]["id"]
    (found,) = [each for each in deployments(job.backend.address) if each.id == identity]
    assert found.attributes.service == "billing"
    assert found.attributes.git.commit_sha == SHA
    assert found.attributes.finished_at.timestamp() - found.attributes.started_at.timestamp() in (100, 100.5)


def deployments(address: str) -> list[Any]:
    """Return the deployments of a day, as the vendor's own models."""
    configuration = Configuration(host=address, api_key={"apiKeyAuth": "a", "appKeyAuth": "b"})  # type: ignore[no-untyped-call]  # the vendor ships no types for it
    request = DORAListDeploymentsRequest(
        data=DORAListDeploymentsRequestData(
            attributes=DORAListDeploymentsRequestAttributes(limit=100),
            type=DORAListDeploymentsRequestDataType.DORA_DEPLOYMENTS_LIST_REQUEST,
        )
    )
    with ApiClient(configuration) as client:
        return list(DORAMetricsApi(client).list_dora_deployments(body=request).data)  # type: ignore[no-untyped-call]  # as above
