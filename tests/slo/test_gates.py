"""`sightline slo gates`: a gate a service, a rule an SLO, by the very monitors that are compiled of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sightline_core.cli import run
from sightline_datadog.checks import check
from sightline_datadog.directory import read
from sightline_datadog.documents import Kind
from sightline_datadog.references import check_references
from tests.support.golden import hold

from .specs import SHOP, spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

GOLDEN = Path(__file__).parent / "golden" / "gates.json"
NATIVE = """\
version: sightline/v1
service: pay
slos:
  - name: guarded
    objective: 99.5
    guard: {min_events: 100}
    sli:
      events:
        datadog: {error_query: "sum:pay.failed{*}.as_count()", total_query: "sum:pay.attempted{*}.as_count()"}
    alerting: {name: Pay}
  - name: quiet
    objective: 99.5
    sli:
      events:
        datadog: {error_query: "sum:pay.failed{*}.as_count()", total_query: "sum:pay.attempted{*}.as_count()"}
    alerting: {name: Quiet, page_alert: {disable: true}, budget_alert: {used: 80, severity: page}}
"""


def gates(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(["slo", "gates", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)["data"]


def named(rules: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the keys of the monitors that each rule names."""
    return {
        each["key"]: [
            one["id"].removeprefix("${monitor:").removesuffix("}") for one in each["body"]["options"]["monitor_ids"]
        ]
        for each in rules
        if each["kind"] == Kind.GATE_RULE
    }


def test_the_gates_of_the_shop(capsys: pytest.CaptureFixture[str]) -> None:
    """Every service that has paging alerts has a gate, and every SLO its rule."""
    assert run(["slo", "gates", str(SHOP), "--env", "production", "--watch", "10m", "--warmup", "5m"]) == 0
    hold(GOLDEN, capsys.readouterr().out)


def test_they_go_with_the_monitors_that_they_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside what `compile --out` writes nothing is missing or wrong; another environment takes nothing away."""
    build = str(tmp_path / "build")
    assert run(["slo", "compile", str(SHOP), "--out", build]) == 0
    assert run(["slo", "gates", str(SHOP), "--env", "production", "--out", build]) == 0
    assert run(["slo", "gates", str(SHOP), "--env", "staging", "--out", build, "--dry-run"]) == 0
    documents, findings, _ = read([tmp_path / "build"])
    assert [*findings, *check(documents), *check_references(documents)] == []
    rules = [each for each in documents if each.kind is Kind.GATE_RULE]
    paging = {
        each.key.partition("-page-")[0] for each in documents if each.kind is Kind.MONITOR and "-page-" in each.key
    }
    assert {each.key for each in rules} == {f"{key}-{env}" for key in paging for env in ("production", "staging")}
    assert {each.body["dry_run"] for each in rules if each.key.endswith("-staging")} == {True}
    (tmp_path / "one.yaml").write_text(spec())
    assert run(["slo", "gates", str(tmp_path / "one.yaml"), "--env", "staging", "--out", build]) == 0
    left = {each.key for each in read([tmp_path / "build"])[0] if each.kind is Kind.GATE}
    assert "pay-staging" in left
    assert "payments-production" in left
    assert "payments-staging" not in left
    capsys.readouterr()


def test_what_notifies_stops_a_deploy_and_its_parts_do_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a guarded SLO the composite alone; an alert on the budget where it pages; tickets where asked for."""
    file = tmp_path / "slo.yaml"
    file.write_text(NATIVE)
    assert named(gates(capsys, str(file), "--env", "prod")) == {
        "pay-guarded-prod": ["pay-guarded-page-fast", "pay-guarded-page-medium"],
        "pay-quiet-prod": ["pay-quiet-budget"],
    }
    tickets = named(gates(capsys, str(file), "--env", "prod", "--severity", "ticket", "--identifier", "canary"))
    assert tickets == {
        "pay-guarded-prod-canary": ["pay-guarded-ticket-slow"],
        "pay-quiet-prod-canary": ["pay-quiet-ticket-slow"],
    }


def test_files_for_datadog_ci(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file a service in that form; what no search can tell is left out, and what has no words there is refused."""
    file, out = tmp_path / "slo.yaml", tmp_path / "gates"
    file.write_text(NATIVE)
    words = [str(file), "--env", "prod", "--inline", "--severity", "page", "--severity", "ticket"]
    assert run(["slo", "gates", *words, "--watch", "5m", "--out", str(out)]) == 0
    assert "pay-guarded is left out" in capsys.readouterr().err
    assert json.loads((out / "pay-prod.gate.json").read_text()) == {
        "dryRun": False,
        "rules": [
            {
                "type": "monitor",
                "name": f"pay-quiet ({severity})",
                "dry_run": False,
                "options": {"query": f"service:pay slo:pay-quiet severity:{severity}", "duration": 300},
            }
            for severity in ("page", "ticket")
        ],
    }
    assert gates(capsys, *words)[0]["service"] == "pay"
    assert run(["slo", "gates", *words, "--allow-no-data"]) == 2


def test_exit_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """1 for a spec that is wrong, 3 where nothing would ever stop a deploy, 2 for an environment that is no word."""
    file = tmp_path / "slo.yaml"
    file.write_text(spec(objective=100))
    assert gates(capsys, str(file), "--env", "prod", code=1) is None
    file.write_text(spec(more="    alerting: {page_alert: {disable: true}}\n"))
    assert gates(capsys, str(file), "--env", "prod", code=3) == []
    for words in (["--env", "a b"], ["--env", "prod", "--watch", "3h"], ["--env", "prod", "--watch", "soon"], []):
        assert run(["slo", "gates", str(file), *words]) == 2
