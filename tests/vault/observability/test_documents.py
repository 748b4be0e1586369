"""What the model renders for Datadog is taken by the project's own checks, fires, recovers, and leads to a runbook."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sightline_datadog.checks import check
from sightline_datadog.directory import read, write
from sightline_datadog.references import check_references
from sightline_datadog.testing.report import examined
from sightline_slo.compile import compile_specs
from sightline_vault.model.naming import Naming
from sightline_vault.observability import monitors, slos
from sightline_vault.observability.agent import pod_annotations, token_agent
from sightline_vault.observability.audit.second_device import RULES
from sightline_vault.observability.logs_pipeline import pipeline
from sightline_vault.observability.metric_map import metrics
from sightline_vault.render.parts.observability import render
from tests.vault.observability.events import hub

if TYPE_CHECKING:
    from sightline_vault.model.cluster import VaultClusterSpec

HERE = Path(__file__).parent
RUNBOOKS = Path(__file__).resolve().parents[3] / "docs" / "runbooks" / "vault"


def openbao() -> VaultClusterSpec:
    """Return the golden cluster on OpenBao."""
    spec = hub()
    return replace(spec, software=replace(spec.software, product="openbao"))


def rendered(spec: VaultClusterSpec, folder: Path) -> Path:
    """Write the part as `sightline vault render` does; return the folder of documents."""
    for name, text in render(spec).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "observability" / "datadog"


@pytest.mark.parametrize("spec", [hub(), openbao()], ids=["vault", "openbao"])
def test_the_documents_have_no_finding_and_the_board_none_of_the_dashboards(
    spec: VaultClusterSpec, tmp_path: Path
) -> None:
    """`sightline datadog check`, the references between them, and what `sightline dashboards` asks of boards."""
    boards = pytest.importorskip("sightline_dashboards.checks", reason="sightline-dashboards is not installed")
    documents, findings, _ = read([rendered(spec, tmp_path)])
    assert [*findings, *check(documents), *check_references(documents)] == []
    assert boards.run([each for each in documents if each.kind == "dashboard"]) == []
    kinds = {each.kind for each in documents}
    assert kinds == {"monitor", "slo", "dashboard"}


@pytest.mark.parametrize("spec", [hub(), openbao()], ids=["vault", "openbao"])
def test_the_objectives_have_no_finding(spec: VaultClusterSpec) -> None:
    """`sightline slo validate` on the rendered file."""
    made = compile_specs({"slos.yaml": render(spec)["observability/slos.yaml"]})
    assert made.findings == ()
    assert len(made.slos) == 2
    assert {each.key for each in made.documents if each.kind == "slo"} == {*slos.keys(spec)}


@pytest.mark.slow
def test_every_monitor_fires_and_recovers_and_calls_whom_it_should(tmp_path: Path) -> None:
    """`sightline datadog test --require-fired` on monitors.test.yaml."""
    (tmp_path / "documents").mkdir()
    write(tmp_path / "documents", monitors.documents(hub()))
    shutil.copy(HERE / "monitors.test.yaml", tmp_path)
    report = examined([tmp_path / "monitors.test.yaml"], "*")
    assert not report.failed, "\n".join(report.lines(timeline=False))
    assert not report.findings
    assert not report.never_fired
    expected = (tmp_path / "monitors.test.yaml").read_text()
    for each in monitors.documents(hub()):
        assert f"monitor: {each.key}" in expected, each.key


def test_every_monitor_and_objective_leads_to_a_runbook_that_is_there() -> None:
    """The link in the message ends in a page of docs/runbooks/vault."""
    pages = {each.stem for each in RUNBOOKS.glob("*.md")}
    spec = hub()
    named = {each.runbook for each in monitors.watches(spec)}
    assert named <= pages, named - pages
    for document in monitors.documents(spec):
        assert Naming(spec).runbook("x").removesuffix("x.md") in document.body["message"]
    for each in slos.slos(spec)["slos"]:
        assert each["runbook"].rpartition("/")[2].removesuffix(".md") in pages


def test_openbao_has_no_monitor_on_what_it_does_not_measure() -> None:
    """Its metrics are Vault's but for a few."""
    lacking = [each.datadog for each in metrics().values() if not each.openbao]
    text = json.dumps([each.body for each in monitors.documents(openbao())]) + json.dumps(slos.slos(openbao()))
    assert lacking
    assert not [each for each in lacking if each in text]


def test_the_agent_asks_over_tls_with_a_token_and_takes_no_event_unscrubbed() -> None:
    """The annotations name CA, token file and rules; what the check does not know by itself is given to it."""
    told = pod_annotations(hub())
    checks: dict[str, Any] = json.loads(told["ad.datadoghq.com/server.checks"])
    (instance,) = checks["vault"]["instances"]
    assert instance["api_url"].startswith("https://")
    assert instance["tls_verify"] is True
    assert instance["client_token_path"] == token_agent(hub())["auto_auth"]["sinks"][0]["sink"]["config"]["path"]
    assert {"vault_autopilot_healthy": "vault.autopilot.healthy"} in instance["extra_metrics"]
    assert json.loads(told["ad.datadoghq.com/server.logs"])[0]["log_processing_rules"] == list(RULES)
    assert json.loads(told["ad.datadoghq.com/audit-file.logs"])[0]["source"] == "vault-audit"


def test_the_agents_role_reads_metrics_and_nothing_else() -> None:
    """The role that the token agent logs in by is the model's, bound to the Agent's account."""
    spec = hub()
    name = token_agent(spec)["auto_auth"]["method"]["config"]["role"]
    (role,) = [each for each in spec.roles if each.name == name]
    (policy,) = [each for each in spec.policies if each.name in role.policies]
    assert {path: [*rights] for path, rights in policy.paths.items()} == {"sys/metrics": ["read"]}


def test_the_pipeline_maps_fields_that_records_have_and_parses_nothing() -> None:
    """Only remappers: a parser would mean that something is sent unscrubbed."""
    kinds = {each["type"] for each in pipeline(hub())["processors"]}
    assert all(each.endswith("-remapper") for each in kinds)
    assert {"date-remapper", "status-remapper", "trace-id-remapper", "attribute-remapper"} <= kinds
