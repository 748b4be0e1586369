"""Each code of manifests, flows, runbooks and needs is what its page says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sightline_core.diagnostics import Diagnostic, ordered
from sightline_core.render import render
from sightline_kube.aws.reading import read_needs
from sightline_kube.flows.prove import prove
from sightline_kube.judging import judge
from sightline_kube.podsecurity.profiles import Profile
from sightline_kube.runbooks import check
from sightline_kube.runbooks.links import Folder
from tests.support.check_pages import EXAMPLES, examples, good, hold_answer

TODAY = dt.date(2026, 11, 25)
DECLARED = "flows.yaml"


def judged(name: str, text: str) -> list[Diagnostic]:
    """Judge a manifest; the controls of `baseline` under that profile, since `restricted` overrides some."""
    baseline = name.startswith("PSS0")
    profile = Profile.BASELINE if baseline else Profile.RESTRICTED
    return list(judge({name: text}, TODAY, profile=profile).findings)


def proven(texts: dict[str, str], *, mutate: bool) -> list[Diagnostic]:
    """Prove the flows of an example."""
    declaration = next(name for name in texts if name.endswith(DECLARED))
    manifests = {name: text for name, text in texts.items() if name != declaration}
    return ordered(prove(manifests, texts[declaration], declaration, mutate=mutate).findings)


@pytest.mark.parametrize("name", [*examples("KUBE"), *examples("PSS")])
def test_the_bad_manifest_gives_this_code_alone_and_the_answer_of_the_page(name: str) -> None:
    """One fault gives one finding, at the place that the page shows."""
    code, text = name.partition(".")[0], (EXAMPLES / name).read_text()
    findings = judged(name, text)
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {name: text}))


@pytest.mark.parametrize("name", [*examples("KUBE"), *examples("PSS")])
def test_the_good_manifest_has_no_findings(name: str) -> None:
    """What the page recommends passes, under the strictest profile."""
    ((language, _, text),) = good(name.partition(".")[0])
    assert language == "yaml"
    assert judge({"good.yaml": text}, TODAY).findings == []


@pytest.mark.parametrize("code", examples("FLOW"))
def test_the_bad_flows_give_this_code_alone_and_the_answer_of_the_page(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault gives one finding, at the place that the page shows."""
    monkeypatch.chdir(EXAMPLES)
    texts = {str(each): each.read_text() for each in sorted(Path(code).iterdir())}
    findings = proven(texts, mutate=code == "FLOW005")
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, texts))


@pytest.mark.parametrize("code", examples("FLOW"))
def test_the_good_flows_have_no_findings(code: str) -> None:
    """With the file at fault replaced by what the page recommends, the proof holds, and every mutant is noticed."""
    texts = {each.name: each.read_text() for each in (EXAMPLES / code).iterdir()}
    assert proven(texts | {name: text for _, name, text in good(code)}, mutate=True) == []


@pytest.mark.parametrize("name", examples("RUN"))
def test_the_bad_runbook_gives_this_code_alone_and_the_answer_of_the_page(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault gives one finding, at the place that the page shows."""
    monkeypatch.chdir(EXAMPLES)
    code, text = name.partition(".")[0], Path(name).read_text()
    findings = check({name: text}, Folder())
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {name: text}))


@pytest.mark.parametrize("name", examples("RUN"))
def test_the_good_runbook_has_no_findings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the page recommends, in place of the section at fault, passes."""
    monkeypatch.chdir(EXAMPLES)
    code, text = name.partition(".")[0], Path(name).read_text()
    ((_, heading, section),) = good(code)
    before, found, after = text.partition(f"## {heading}\n")
    assert found or code == "RUN001"
    rest = after[after.find("\n## ") + 1 :] if found else ""
    assert check({name: f"{before}## {heading}\n\n{section}\n{rest}"}, Folder()) == []


@pytest.mark.parametrize("name", examples("NEED"))
def test_the_bad_needs_give_this_code_alone_and_the_answer_of_the_page(name: str) -> None:
    """One fault gives one finding, at the place that the page shows."""
    code, text = name.partition(".")[0], (EXAMPLES / name).read_text()
    _, findings = read_needs(text, name)
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {name: text}))


@pytest.mark.parametrize("name", examples("NEED"))
def test_the_good_needs_have_no_findings(name: str) -> None:
    """What the page recommends is read."""
    ((_, _, text),) = good(name.partition(".")[0])
    needs, findings = read_needs(text, "good.yaml")
    assert needs is not None
    assert findings == []
