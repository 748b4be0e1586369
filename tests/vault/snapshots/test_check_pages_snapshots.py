"""The codes of snapshots are what their pages say."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sightline_core.render import render
from sightline_core.signing.key_files import load_verifier
from sightline_vault.snapshots.checking import check, pieces_of
from sightline_vault.snapshots.drill import Restored, judged, late
from sightline_vault.snapshots.faults import SnapshotError
from sightline_vault.snapshots.manifest import SUFFIX, Canary, read
from sightline_vault.snapshots.restore import Plan, refusals
from sightline_vault.snapshots.source import Standing
from tests.support.check_pages import EXAMPLES, good, hold_answer
from tests.vault.configuration.canned import hub
from tests.vault.snapshots.files import FakeKms
from tests.vault.snapshots.makes import manifest_of

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic

FILES = ["VLT300", "VLT301", "VLT302", "VLT303"]
TOLD = ["VLT304", "VLT305", "VLT306"]


def of_file(folder: Path) -> list[Diagnostic]:
    """Verify the snapshot of an example."""
    path = Path("raft.snap")
    try:
        manifest = read((folder / f"{path}{SUFFIX}").read_bytes(), [load_verifier(folder / "key.pub")], str(path))
    except SnapshotError as error:
        return [error.finding(str(path))]
    return list(check(pieces_of(folder / path), str(path), manifest, FakeKms()).findings)


def of_told(code: str, told: dict[str, Any]) -> list[Diagnostic]:
    """Judge what an example tells of a restore or a drill; the model is the hub's, less what it holds."""
    manifest = manifest_of(b"", canary=Canary("secret/data/sightline/canary", "ab"))
    if code == "VLT304":
        standing = Standing(**{each.name: told["target"].get(each.name, "") for each in fields(Standing)})
        return refusals(Plan(manifest, standing, force=False), told["confirm"], told.get("from_cluster", ""))
    if code == "VLT305":
        held, spec = told["restored"], replace(hub(), policies=(), mounts=())
        policies = frozenset({*held["policies"]})
        return judged(Restored("c1", "vault", policies, held["mounts"], held["canary"]), manifest, spec, "raft.snap")
    return late(hub(), "raft.snap", told["age_s"], told["took_s"])


@pytest.mark.parametrize("code", FILES)
def test_the_bad_snapshot_gives_this_code_alone_and_the_answer_of_the_page(code: str) -> None:
    """One fault gives one finding."""
    findings = of_file(EXAMPLES / code)
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {}))


@pytest.mark.parametrize("code", TOLD)
def test_what_is_told_gives_this_code_alone_and_the_answer_of_the_page(code: str) -> None:
    """One fault gives one finding, and what the page recommends gives none."""
    findings = of_told(code, json.loads((EXAMPLES / f"{code}.json").read_text()))
    assert {each.code for each in findings} == {code}
    hold_answer(code, render(findings, {}))
    ((language, _, text),) = good(code)
    assert language == "json"
    assert of_told(code, json.loads(text)) == []
