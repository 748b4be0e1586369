"""Each code of documents and queries is what its page says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sightline_core.diagnostics import Diagnostic, ordered
from sightline_core.render import render
from sightline_datadog.checks import check
from sightline_datadog.directory import read
from sightline_datadog.documents import Kind
from sightline_datadog.planning import made
from sightline_datadog.query_check import checked_query
from sightline_datadog.session import Session
from sightline_datadog.settings import LOCAL, Target
from sightline_datadog.sync import planfile
from sightline_datadog.sync.cache import no_cache
from sightline_datadog.sync.plan import plan
from sightline_datadog.sync.remote import read_remote
from sightline_datadog.sync.stale import documents_of, renewed
from sightline_datadog.testing.report import examined
from sightline_datadog.wish import Wish
from tests.support.check_pages import EXAMPLES, examples, good, hold_answer

from .remote import FAMILIES, Remote

if TYPE_CHECKING:
    from collections.abc import Mapping

THERE = "there"
"""What an example finds at the target."""


def findings_of(folder: Path) -> tuple[list[Diagnostic], Mapping[str, str]]:
    """Say what a plan of a folder and the folders in it would say."""
    inside = sorted(each for each in folder.iterdir() if each.is_dir() and each.name != THERE)
    documents, findings, sources = read([folder, *inside])
    remote = Remote()
    for found in read([folder / THERE])[0] if (folder / THERE).exists() else ():
        remote.request("POST", {kind: path for path, kind in FAMILIES.items()}[found.kind], body=found.body)
    findings += check(documents)
    if not findings:
        there = read_remote(remote, documents, tuple(Kind))
        findings += plan(documents, there, project="shop", kinds=tuple(Kind)).problems
    return ordered(findings), sources


@pytest.mark.parametrize("code", examples("DDC"))
def test_the_bad_documents_give_this_code_alone_and_the_answer_of_the_page(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault gives one finding, at the file that the page shows."""
    monkeypatch.chdir(EXAMPLES)
    findings, sources = findings_of(Path(code))
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, sources))


@pytest.mark.parametrize("code", [each for each in examples("DDC") if good(each)[0][0] == "json"])
def test_the_good_documents_have_no_findings(code: str, tmp_path: Path) -> None:
    """With the file at fault replaced by what the page recommends, nothing is found."""
    folder = tmp_path / code
    shutil.copytree(EXAMPLES / code, folder)
    for finding in findings_of(folder)[0]:
        assert finding.span is not None
        Path(finding.span.file).unlink()
    for _, name, text in good(code):
        (folder / name).write_text(text, encoding="utf-8")
    assert findings_of(folder)[0] == []


def findings_of_a_plan(folder: Path) -> list[Diagnostic]:
    """Say what stands in the way of planning a folder, or of applying the plan that is saved in it."""
    remote = Remote()
    for found in read([folder / THERE])[0] if (folder / THERE).exists() else ():
        remote.request("POST", {kind: path for path, kind in FAMILIES.items()}[found.kind], body=found.body)
    file = folder / "plan.json"
    if file.exists():
        saved = planfile.from_text(file.read_text(encoding="utf-8"), file.name, LOCAL)
        if isinstance(saved, Diagnostic):
            return [saved]
        return list(renewed(saved.plan, read_remote(remote, documents_of(saved.plan), (Kind.SLO,))).problems)
    documents = read([folder])[0]
    wish = Wish(documents, tuple(dict.fromkeys(each.kind for each in documents)), "shop", {})
    session = Session(Target(LOCAL, "", ""), remote, no_cache(), lambda _line: None)
    return list(made(wish, session).problems)


@pytest.mark.parametrize("code", examples("DDP"))
def test_a_plan_that_must_not_be_done_says_this_and_the_answer_of_the_page(code: str) -> None:
    """One fault of a plan gives one finding."""
    findings = findings_of_a_plan(EXAMPLES / code)
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {}))


def monitor_type(query: str) -> str | None:
    return "slo alert" if query.startswith(("burn_rate", "error_budget")) else None


@pytest.mark.parametrize("name", examples("DDQ"))
def test_the_bad_query_gives_this_code_alone_and_the_answer_of_the_page(name: str) -> None:
    """One fault gives one finding, at the character that the page shows."""
    text = (EXAMPLES / name).read_text(encoding="utf-8").strip()
    code = name.partition(".")[0]
    _, findings = checked_query(text, monitor_type(text), "<stdin>", 1)
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {"<stdin>": text}))


@pytest.mark.parametrize("name", examples("DDQ"))
def test_the_good_query_has_no_findings(name: str) -> None:
    """What the page recommends parses, and is already in its canonical form."""
    ((_, _, text),) = good(name.partition(".")[0])
    assert checked_query(text.strip(), monitor_type(text), "<stdin>", 1) == (text.strip(), [])


@pytest.mark.parametrize("name", examples("DDT"))
def test_the_bad_test_gives_this_code_alone_and_the_answer_of_the_page(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault gives one finding, at the place that the page shows."""
    monkeypatch.chdir(EXAMPLES)
    code = name.partition(".")[0]
    report = examined([Path(name)])
    assert [each.code for each in report.findings] == [code]
    hold_answer(code, render(report.findings, report.sources))


@pytest.mark.parametrize("name", examples("DDT"))
def test_the_good_test_passes(name: str, tmp_path: Path) -> None:
    """What the page recommends is read, run and as expected."""
    ((_, _, text),) = good(name.partition(".")[0])
    path = tmp_path / "good.test.yaml"
    path.write_text(text, encoding="utf-8")
    report = examined([path])
    assert (list(report.findings), len(report.results), report.never_fired) == ([], 1, ())
