"""A plan as a comment and as JUnit: bounded, the riskiest first, and nothing of others' is read as Markdown."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline_core.diagnostics import Diagnostic, Severity, Span
from sightline_core.exit_codes import ExitCode
from sightline_datadog.documents import Kind
from sightline_datadog.reporting.about import DRIFT
from sightline_datadog.reporting.comment import comment
from sightline_datadog.reporting.details import MOST_LINES
from sightline_datadog.reporting.escaping import code, fenced, html_code, visible
from sightline_datadog.reporting.fitting import GITHUB, Size
from sightline_datadog.reporting.forms import about
from sightline_datadog.reporting.junit import junit
from sightline_datadog.sync.diff import ABSENT, FieldChange
from sightline_datadog.sync.plan import Action, Change, Plan
from sightline_datadog.sync.risk import Risk, risk
from tests.support.golden import hold

GOLDEN = Path(__file__).parent / "golden"
ABOUT = about("sightline datadog plan", "shop", against="`https://api.datadoghq.eu`", environ={})
ORDER = list(Risk)
NASTY = st.text(st.sampled_from("`@#<>*_[]|&\n\r\\ a→é😀\u202e\ud800\x1b~"), max_size=80) | st.sampled_from(
    ["</details>", "</code></summary>", "```", "@everybody", "fixes #1", "<!--", "-->", "::error::x", "<script>"]
)
VALUES = (
    NASTY | st.integers() | st.just(ABSENT) | st.lists(NASTY, max_size=3) | st.dictionaries(NASTY, NASTY, max_size=2)
)
CHANGES = st.builds(
    Change,
    st.sampled_from(Action),
    st.sampled_from([Kind.SLO, Kind.MONITOR, Kind.DASHBOARD, Kind.DOWNTIME]),
    NASTY,
    NASTY,
    body=st.none() | st.fixed_dictionaries({"message": NASTY, "tags": st.sampled_from([["severity:page"], []])}),
    fields=st.lists(st.builds(FieldChange, NASTY, VALUES, VALUES, st.just("") | NASTY), max_size=4).map(tuple),
    reason=st.just("") | NASTY,
)
FINDINGS = st.builds(Diagnostic, st.just("DDP001"), st.sampled_from(Severity), NASTY, help=NASTY)


def change(action: Action, kind: Kind, key: str, *fields: FieldChange, **more: Any) -> Change:
    return Change(action, kind, key, f"The {key}", None if action is Action.CREATE else "7", fields=fields, **more)


PLAN = Plan(
    "shop",
    (
        change(Action.CREATE, Kind.SLO, "new", body={"name": "new", "description": "one\ntwo", "tags": ["a:b"]}),
        change(Action.UPDATE, Kind.DASHBOARD, "board", FieldChange("widgets", [], [], "3 widgets moved or resized")),
        change(
            Action.UPDATE,
            Kind.MONITOR,
            "pay",
            FieldChange("options.thresholds.critical", 14.4, 10),
            FieldChange("message", "The budget burns.\nLook here.\n@pagerduty-pay", "The budget burns.\nLook there."),
            body={"message": "The budget burns.\nLook there."},
        ),
        change(Action.UPDATE, Kind.SLO, "pay", FieldChange("thresholds[0].target", 99.5, 99.9)),
        change(Action.DELETE, Kind.MONITOR, "gone", reason="no longer wanted"),
        change(Action.KEEP, Kind.MONITOR, "kept"),
    ),
)
PROBLEM = Diagnostic("DDP001", Severity.ERROR, "9 of 10 objects", Span("a.json", 1, 1, 1, 2), help="--allow-deletes 9")


def shown(text: str) -> list[Risk]:
    """Return the degree of risk of each line of a change, in the order in which they stand."""
    found: list[Risk] = []
    degree = Risk.NONE
    headings = {heading: degree for degree, heading in ABOUT.speech.headings.items()}
    for line in outside(text):
        if line.startswith("### "):
            degree = headings.get(line[4:].rpartition(" (")[0], Risk.NONE)
        elif degree is not Risk.NONE and line.startswith(("- ", "<details>")):
            found.append(degree)
    return found


def outside(text: str) -> list[str]:
    """Return the lines that are in no block of code."""
    found, fence = [], ""
    for line in text.split("\n"):
        opened = re.match("`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif opened:
            fence = opened[0]
        else:
            found.append(line)
    assert not fence
    return found


def test_the_comment_of_a_plan_and_of_drift() -> None:
    """Deletes, what pages (also where a page ends), objectives, the rest; every change with its fields folded away."""
    hold(GOLDEN / "comment.md", comment(PLAN, ABOUT, [PROBLEM]))
    hold(GOLDEN / "drift.md", comment(PLAN, replace(ABOUT, title="Datadog drift of `shop`", speech=DRIFT)))


def test_nothing_to_do_and_no_plan() -> None:
    """Both are said in one sentence under the same marker, so that they replace what stood there."""
    for plan, said in ((Plan("shop", PLAN.changes[-1:]), "No change against"), (None, "There are no documents")):
        text = comment(plan, ABOUT)
        assert text.startswith(f"{ABOUT.marker}\n\n## Datadog plan of `shop`\n\n{said}")
    assert "**1 error**: there is no plan until" in comment(None, ABOUT, [PROBLEM])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(CHANGES, max_size=15),
    st.lists(FINDINGS, max_size=25),
    st.integers(700, 9000),
    st.integers(700, 9000),
)
def test_it_is_never_longer_than_it_may_be(
    changes: list[Change], findings: list[Diagnostic], characters: int, octets: int
) -> None:
    """Within both limits the riskiest are shown, in order; what is left out is counted, nothing else is lost."""
    plan, limit = Plan("shop", tuple(changes)), Size(characters, octets)
    text, whole = comment(plan, ABOUT, findings, limit=limit), comment(plan, ABOUT, findings, limit=Size(10**9, 10**9))
    assert Size.of(text).within(limit)
    left = re.search(r"^\*Left out for want of room: (\d+) more", text, re.MULTILINE)
    assert (text == whole) == (not re.search(r"^\*Left out", text, re.MULTILINE))
    degrees = [risk(each) for each in changes if each.action is not Action.KEEP]
    told = shown(text)
    assert told == sorted(degrees, key=ORDER.index)[: len(told)]
    assert shown(whole) == sorted(degrees, key=ORDER.index)
    blocks = len(degrees) + len(findings)
    listed = len([line for line in outside(text) if line.startswith(("- ", "<details>"))])
    assert listed + (int(left[1]) if left else 0) == blocks


@settings(max_examples=25, deadline=None)
@given(st.lists(CHANGES, min_size=1, max_size=4), st.lists(FINDINGS, max_size=2))
def test_what_others_wrote_is_only_shown(changes: list[Change], findings: list[Diagnostic]) -> None:
    """By a parser of CommonMark: no link, image, heading, mention or HTML but ours, whatever names hold."""
    parser = pytest.importorskip("markdown_it", reason="no parser of Markdown is installed").MarkdownIt("commonmark")
    text = comment(Plan("shop", tuple(changes)), ABOUT, findings)
    name = "<code>[^<>]*</code>"
    ours = (
        f"<!-- [a-z ]+: shop -->|</details>|<details><summary>[a-z_ :]+{name}: {name}( .([a-z ]+|{name}).)?</summary>"
    )
    for token in parser.parse(text):
        if token.type == "html_block":
            assert re.fullmatch(ours, token.content.strip()), token.content
        for inner in token.children or ():
            assert inner.type in {
                "text",
                "code_inline",
                "strong_open",
                "strong_close",
                "em_open",
                "em_close",
                "softbreak",
            }
            if inner.type == "text":
                assert not re.search(r"[@#<>\x1b\u202e]", inner.content)
    assert text.count("\n<details>") == text.count("\n</details>")


def test_a_plan_of_two_thousand_changes_fits() -> None:
    """The largest comment is within GitHub's limit both ways, and its one delete stands first."""
    body = {"message": "é😀" * 300}
    many = [Change(Action.CREATE, Kind.MONITOR, f"m{number}", "é" * 200, body=body) for number in range(2_000)]
    text = comment(Plan("shop", (*many, Change(Action.DELETE, Kind.SLO, "gone", "Gone"))), ABOUT)
    assert GITHUB.minus(Size.of(text)).octets in range(600)
    assert text.index("`gone`") < text.index("`m0`")
    assert re.search(r"room: 1\d\d\d more and the details of \d+\. All of it is in the output of `sightline", text)
    long = FieldChange("message", "a\n" * 999, "b\n" * 999)
    folded = comment(Plan("shop", (change(Action.UPDATE, Kind.SLO, "x", long),)), ABOUT)
    assert f"… and {999 * 2 + 1 + 1 - MOST_LINES} more lines" in folded


def test_long_values_are_shown_where_they_differ() -> None:
    """Two queries that differ at their ends are not cut to the same line."""
    before, after = ("x" * 900 + end for end in ("one", "two"))
    text = comment(Plan("shop", (change(Action.UPDATE, Kind.SLO, "q", FieldChange("query", before, after)),)), ABOUT)
    assert re.search(r'^- …x{39,40}one"$', text, re.MULTILINE)
    assert re.search(r'^\+ …x{39,40}two"$', text, re.MULTILINE)


def test_what_cannot_be_seen_is_replaced() -> None:
    """Escape codes, marks of direction and halves of surrogate pairs; but no letter, joiner or odd space is lost."""
    assert visible("a\x1b[31m\u202e\ud800") == "a\ufffd[31m\ufffd\ufffd"
    assert visible("10\u00a0%\n\u2028é 👩\u200d🚒\t") == "10 %  é 👩\u200d🚒\t"


def test_code_is_code() -> None:
    """Ticks inside get longer ticks around; no fence is closed from within; HTML is escaped."""
    assert code("a``b") == "``` a``b ```"
    assert code("\n") == "` `"
    assert html_code("<b>&`") == "<code>&lt;b&gt;&amp;`</code>"
    assert fenced(["```", "x"], "diff") == "````diff\n```\nx\n````"


@settings(max_examples=15, deadline=None)
@given(st.lists(CHANGES, max_size=8), st.lists(FINDINGS, max_size=3))
def test_junit_says_what_the_exit_code_says(changes: list[Change], findings: list[Diagnostic]) -> None:
    """The XML is well formed whatever is in it, counts itself, and has a failure for each reason to exit 1."""
    root = ET.fromstring(junit(Plan("shop", tuple(changes)), ABOUT, findings))  # noqa: S314 - our own document
    failing = sum(each.action is not Action.KEEP for each in changes) + sum(each.is_error for each in findings)
    assert len(root.findall(".//failure")) == failing == int(root.attrib["failures"])
    assert len(root.findall(".//testcase")) == len(changes) + len(findings) == int(root.attrib["tests"])
    assert sum(int(suite.attrib["failures"]) for suite in root) == failing


def test_junit_of_a_plan_and_of_no_answer() -> None:
    """What stays has passed; that there was no answer is an error, no failure."""
    hold(GOLDEN / "plan.junit.xml", junit(PLAN, ABOUT, [PROBLEM]))
    root = ET.fromstring(junit(None, ABOUT, [PROBLEM], code=ExitCode.UNANSWERED))  # noqa: S314 - our own document
    assert (root.attrib["failures"], root.attrib["errors"]) == ("0", "1")


@pytest.mark.parametrize(
    ("kind", "field", "worst"),
    [
        (Kind.MONITOR, FieldChange("message", "x @slack-a", "x"), Risk.PAGING),
        (Kind.MONITOR, FieldChange("tags", "severity:page", ABSENT), Risk.PAGING),
        (Kind.MONITOR, FieldChange("tags", ["severity:page"], ABSENT), Risk.PAGING),
        (Kind.MONITOR, FieldChange("tags", "team:a", ABSENT), Risk.CHANGE),
        (Kind.MONITOR, FieldChange("name", "mail a@b.c", "x"), Risk.CHANGE),
        (Kind.DASHBOARD, FieldChange("message", "@slack", "x"), Risk.CHANGE),
    ],
)
def test_a_page_that_ends_is_a_change_of_what_pages(kind: Kind, field: FieldChange, worst: Risk) -> None:
    """A handle or the tag of pages that is taken away is as risky as one that is added."""
    assert risk(change(Action.UPDATE, kind, "x", field, body={"message": "x"})) is worst


def test_the_whole_is_in_the_log_of_the_run() -> None:
    """Within GitHub's CI the foot links to it; a repository whose name is none is not linked."""
    run = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"}
    link = "[the log of this run](https://github.com/a/b/actions/runs/7)"
    assert about("sightline datadog plan", "shop", environ=run).whole == link
    assert about("sightline datadog plan", "shop", environ={**run, "GITHUB_REPOSITORY": "a/b)(c"}).whole == ""
