"""What `sightline slo validate` says in each form."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from sightline_core.cli import run
from sightline_core.diagnostics import Diagnostic, Related, Severity, Span
from sightline_core.formats import chosen, formats
from sightline_core.formats.option import NAMES
from sightline_core.formats.report import Case, Report
from tests.slo.specs import FULL, spec
from tests.support.golden import hold

FINDINGS = [
    Diagnostic(
        "SLO012",
        Severity.ERROR,
        "a page: 100 %, never",
        Span("specs/a b.yaml", 2, 3, 2, 8),
        "here\r\nagain",
        "raise sum:a{env:x}",
        "a note",
        "docs/checks/SLO012.md",
        (Related(Span("specs/c.yaml", 1, 1, 1, 2), "first"),),
    ),
    Diagnostic("SLO016", Severity.WARNING, "nobody <hears>", Span("specs/a b.yaml", 4, 1, 5, 1)),
    Diagnostic("SLO099", Severity.INFO, "bell \x07 & more", Span("specs/a b.yaml", 1, 1, 1, 2)),
    Diagnostic("CORE005", Severity.ERROR, "nothing answered"),
]
REPORT = Report(
    FINDINGS,
    {"specs/a b.yaml": "one: 1\n  two: 2\nthree\nfour\nfive\n", "specs/c.yaml": "c\n"},
    [Case("pay-success", Span("specs/a b.yaml", 2, 1, 3, 1)), Case("pay-other", Span("specs/c.yaml", 1, 1, 1, 2))],
    [{"key": "pay-success"}],
    command="sightline slo validate",
    root=".",
)


@pytest.mark.parametrize("name", sorted(formats()))
def test_each_form_is_its_golden_file(name: str) -> None:
    """Errors, warnings and remarks, with and without a place, over one and more lines, with characters of each trap."""
    product = formats()[name].render(REPORT)
    assert product == formats()[name].render(REPORT)
    if name == "text":
        assert product == ""
        return
    product = re.sub(r'("semanticVersion": ")[^"]+', r"\1VERSION", product)
    hold(Path(__file__).parent / "golden" / f"{name}.txt", product)


def test_the_option_offers_every_form() -> None:
    """A form that is added is one that can be asked for."""
    assert sorted(formats()) == list(NAMES)


def test_annotations_unescape_to_what_was_said() -> None:
    """Each finding is one line that GitHub's own rules of escaping turn back into the words and the place."""
    lines = formats()["github"].render(REPORT).splitlines()
    assert len(lines) == len(FINDINGS)
    for line, finding in zip(lines, FINDINGS, strict=True):
        found = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert found is not None
        properties = {key: unquote(value) for key, value in (pair.split("=", 1) for pair in found[2].split(","))}
        assert properties["title"] == finding.code
        assert finding.message in unquote(found[3])
        if finding.span is not None:
            assert (properties["file"], properties["line"]) == (finding.span.file, str(finding.span.line))
            assert ("col" in properties) == (finding.span.line == finding.span.end_line)


def test_junit_is_xml_whose_counts_are_those_of_its_cases() -> None:
    """A finding fails the SLO that it stands in, else the form of its file; warnings fail nothing."""
    root = ET.fromstring(formats()["junit"].render(REPORT))  # noqa: S314 - our own product
    assert root.get("tests") == str(len(root.findall(".//testcase")))
    assert root.get("failures") == str(len(root.findall(".//failure")))
    for suite in root.findall("testsuite"):
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall(".//failure")))
    failed = [
        (case.get("classname"), case.get("name")) for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert failed == [("specs/a b.yaml", "pay-success"), ("sightline", "form")]
    assert [case.get("name") for case in root.iter("testcase")] == ["form", "pay-success", "form", "pay-other", "form"]


def test_sarif_keeps_the_rules_of_its_standard() -> None:
    """Rules are unique and named by index, URIs are escaped and relative, regions count from 1 and are not reversed."""
    document = json.loads(formats()["sarif"].render(REPORT))
    assert document["version"] == "2.1.0"
    (run_,) = document["runs"]
    rules = [each["id"] for each in run_["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert [each["level"] for each in run_["results"]] == ["error", "warning", "note", "error"]
    for result in run_["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        places = [*result.get("locations", ()), *result.get("relatedLocations", ())]
        for each in places:
            uri = each["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9/._%-]+", uri)
            assert unquote(uri) in REPORT.sources
            region = each["physicalLocation"]["region"]
            assert min(region.values()) >= 1
            assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
    assert "locations" not in run_["results"][-1]


def test_a_sarif_fingerprint_outlives_lines_that_are_inserted_above() -> None:
    """The same fault of the same line stays the same alert; two equal lines are two."""

    def prints(text: str, *lines: int) -> list[str]:
        found = [Diagnostic("X1", Severity.ERROR, "m", Span("a", line, 1, line, 2)) for line in lines]
        results = json.loads(formats()["sarif"].render(Report(found, {"a": text}, root=".")))["runs"][0]["results"]
        return [each["partialFingerprints"]["sightlineLine/v1"] for each in results]

    before = prints("x\ny\nx\n", 1, 2, 3)
    assert len(set(before)) == 3
    assert prints("new\nx\nz\n  y\nx\n", 2, 4, 5) == before


@pytest.mark.parametrize(
    ("file", "root", "name", "uri"),
    [
        ("specs/ä b.yaml", ".", "specs/ä b.yaml", "specs/%C3%A4%20b.yaml"),
        ("/elsewhere/a.yaml", "/work", "/elsewhere/a.yaml", "file:///elsewhere/a.yaml"),
        ("/checkout/deep/a.yaml", "/checkout", "deep/a.yaml", "deep/a.yaml"),
        ("/checkout/x/../a.yaml", "/checkout", "a.yaml", "a.yaml"),
        ("<stdin>", "/work", "<stdin>", "%3Cstdin%3E"),
    ],
)
def test_files_are_named_from_the_root(file: str, root: str, name: str, uri: str) -> None:
    """A CI shows a finding only where the name is the repository's own."""
    report = Report([], {}, root=root)
    assert (report.from_root(file), report.uri(file)) == (name, uri)


@pytest.mark.parametrize(
    ("given", "environ", "meant"),
    [
        ("auto", {}, "text"),
        ("auto", {"GITHUB_ACTIONS": "true"}, "github"),
        ("auto", {"GITHUB_ACTIONS": "false"}, "text"),
        ("text", {"GITHUB_ACTIONS": "true"}, "text"),
    ],
)
def test_github_is_meant_only_where_github_runs(given: str, environ: dict[str, str], meant: str) -> None:
    """Automatically under GITHUB_ACTIONS, unless somebody asks for another form."""
    assert chosen(given, environ) == meant


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = run(["slo", "validate", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(
    ("form", "codes"),
    [("text", (0, 1, 3)), ("json", (0, 1, 3)), ("github", (0, 1, 3)), ("junit", (0, 1, 3)), ("sarif", (0, 0, 3))],
)
def test_exit_codes_of_forms(form: str, codes: tuple[int, ...], tmp_path: Path) -> None:
    """Findings exit 1, but for SARIF, whose upload is the next step; nothing to read stays 3, and no answer 2."""
    texts = {"right": FULL, "wrong": spec(objective=100), "empty": ""}
    for (name, text), code in zip(texts.items(), codes, strict=True):
        (tmp_path / f"{name}.yaml").write_text(text)
        assert run(["slo", "validate", str(tmp_path / f"{name}.yaml"), "--format", form]) == code
    assert run(["slo", "validate", str(tmp_path / "gone.yaml"), "--format", form]) == 2


def test_under_github_the_log_has_frames_and_the_product_annotations(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Annotations name the file from the checkout, wherever the command was started."""
    (tmp_path / "slo").mkdir()
    (tmp_path / "slo" / "a.yaml").write_text(spec(objective=100))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path / "slo")
    code, out, err = answered(capsys, "a.yaml")
    assert code == 1
    assert out.startswith("::error file=slo/a.yaml,line=5,endLine=5,col=16,endColumn=19,title=SLO010::")
    assert "error[SLO010]" in err


@pytest.mark.parametrize("form", NAMES)
def test_that_there_is_no_answer_is_said_in_the_form(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader of the product learns of a file that cannot be read, and it is said once."""
    code, out, err = answered(capsys, str(tmp_path / "gone.yaml"), "--format", form)
    assert code == 2
    assert "gone.yaml" in err
    assert ("CORE005" in out) == (form != "text")
    assert out.count("a spec cannot be read") <= 2
