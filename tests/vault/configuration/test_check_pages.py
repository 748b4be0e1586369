"""The codes of plan and apply are what their pages say: a model, and what Vault answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sightline_core.console import Console
from sightline_core.render import render
from sightline_vault.client import Secret
from sightline_vault.configuration.plan import Plan, plan
from sightline_vault.configuration.running import Asked, Run
from sightline_vault.configuration.saved import Made, stale
from sightline_vault.configuration.things import Wish
from tests.support.check_pages import EXAMPLES, examples, good, hold_answer
from tests.vault.configuration.canned import Canned

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic

CODES = [each for each in examples("VLT") if "VLT200" <= each < "VLT250"]


def findings(folder: Path, vault: dict[str, Any]) -> list[Diagnostic]:
    """Plan the model of a folder against what Vault answers, as the command does."""
    run = Run(Asked(folder / "cluster.yaml", {}, {}), Console.detect())
    assert run.spec is not None, run.findings
    options = vault.get("options", {})
    reviewers = {name: Secret(text) for name, text in vault.get("reviewers", {}).items()}
    made: Plan = plan(Wish(run.spec, reviewers), Canned(vault.get("get")).reading(), **options)
    problems = list(made.problems)
    saved = folder / "plan.json"
    if saved.exists():
        problems += stale(saved.read_text(), Made(run.text, "", prune=False, destroy=()), made)
    return run.located(problems)


@pytest.mark.parametrize("code", CODES)
def test_the_bad_example_gives_this_code_alone_and_the_answer_of_the_page(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault gives one finding, at its place."""
    monkeypatch.chdir(EXAMPLES)
    folder = Path(code)
    found = findings(folder, yaml.safe_load((folder / "vault.yaml").read_text()))
    assert [each.code for each in found] == [code]
    hold_answer(code, render(found, {str(folder / "cluster.yaml"): (folder / "cluster.yaml").read_text()}))


@pytest.mark.parametrize("code", ["VLT200", "VLT201", "VLT202", "VLT204"])
def test_the_good_example_has_no_findings(code: str, tmp_path: Path) -> None:
    """With the file at fault replaced by what the page recommends."""
    for each in (EXAMPLES / code).iterdir():
        (tmp_path / each.name).write_text(each.read_text())
    for _, name, text in good(code):
        (tmp_path / name).write_text(text)
    assert findings(tmp_path, yaml.safe_load((tmp_path / "vault.yaml").read_text())) == []
