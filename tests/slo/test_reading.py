"""Whatever is wrong with a text is said, all of it at once, and where."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_slo.compile import Options, compile_specs
from sightline_slo.model import Backend, Events

from .specs import BAD, FULL, TOTAL, spec

KEYS = [
    (number, found[2])
    for number, line in enumerate(FULL.splitlines(), 1)
    if (found := re.match(r"( *(?:- )?)([a-z_]+):", line))
]
FREE = {"team", "env", "tier", "area", "runbook", "urgency", "dashboard"}
"""Keys whose names are the author's own."""


def places(text: str, **others: str) -> list[tuple[str, int, int]]:
    """Return (code, line, column) of every finding of `a.yaml`, and of files by the names of `others`."""
    findings = compile_specs({"a.yaml": text} | {f"{name}.yaml": each for name, each in others.items()}).findings
    return [(each.code, each.span.line, each.span.column) for each in findings if each.span is not None]


def test_a_spec_with_every_key_is_clean() -> None:
    """The full form reads without a finding."""
    assert places(FULL) == []


@pytest.mark.parametrize(("line", "key"), [each for each in KEYS if each[1] not in FREE])
def test_every_misspelt_key_is_found_where_it_stands(line: int, key: str) -> None:
    """No key of the dialect can be misspelt unnoticed; the finding suggests the right one."""
    lines = FULL.splitlines()
    lines[line - 1] = lines[line - 1].replace(f"{key}:", f"{key}x:", 1)
    findings = compile_specs({"a.yaml": "\n".join(lines)}).findings
    unknown = [each for each in findings if each.code == "SLO002" and each.span is not None and each.span.line == line]
    if key == "version":  # without it nothing else is read
        assert [each.code for each in findings] == ["SLO001"]
        return
    assert len(unknown) == 1
    assert unknown[0].span is not None
    assert unknown[0].span.column == lines[line - 1].index(f"{key}x:") + 1
    assert unknown[0].help == f"did you mean `{key}`?"


def test_everything_wrong_is_told_in_one_pass() -> None:
    """Faults of form, of values, of queries and of meaning, in two files, come together and in order."""
    first = spec("Success", objective="lots").replace("    sli:", "    colour: red\n    sli:")
    second = (
        spec("latency", objective=80, period="28d", bad="summ:a{*}.as_count()") + spec("more").partition("slos:\n")[2]
    )
    assert places(first, b=second.replace("total_query: " + TOTAL, "total_query: avg:a{*}", 1)) == [
        ("SLO006", 4, 11),
        ("SLO004", 5, 16),
        ("SLO002", 7, 5),
        ("SLO011", 6, 13),
        ("SLO014", 9, 22),
        ("SLO015", 10, 22),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# nothing but a comment\n---\n...\n", []),
        ("null\n", [("SLO001", 1, 1)]),
        ("just words\n", [("SLO001", 1, 1)]),
        ("- a\n- list\n", [("SLO001", 1, 1)]),
        ("version: [datadog/v1]\n", [("SLO001", 1, 10)]),
        (spec(period="soon"), [("SLO009", 6, 13)]),
        ("version: datadog/v1\nservice: pay\nslos: []\n", [("SLO004", 3, 7)]),
        ("version: datadog/v1\nservice: pay\nslos: {a: 1}\n", [("SLO004", 3, 7)]),
        ("version: datadog/v1\nservice: pay\nslos: [1]\n", [("SLO004", 3, 8)]),
        ("version: datadog/v1\nservice: on\nslos:\n", [("SLO003", 1, 1), ("SLO004", 2, 10)]),
        (spec().replace("  - name", "\t- name"), [("CORE001", 4, 1)]),
        (spec(objective=".nan"), [("SLO004", 5, 16)]),
        (spec(objective="true"), [("SLO004", 5, 16)]),
        (spec(objective="0"), [("SLO010", 5, 16)]),
        (spec(objective="99.9999"), [("SLO010", 5, 16)]),
        (spec(bad="1 + 2"), [("SLO015", 9, 22)]),
        (spec(bad=f"'{BAD[:-1]}'"), [("SLO014", 9, 21 + len(BAD))]),
        (spec(more="    alerting:\n      notify: [someone]\n"), [("SLO008", 12, 16)]),
        (spec(more="    alerting:\n      labels: {severity: high}\n"), [("SLO017", 12, 16)]),
        (spec(more="    alerting:\n      page_alert: {labels: {Team: X}}\n"), [("SLO017", 12, 29)]),
        ("a: [x]\n" * 2, [("CORE002", 2, 1), ("SLO001", 1, 1)]),
    ],
)  # fmt: skip
def test_odd_texts(text: str, found: list[tuple[str, int, int]]) -> None:
    """Empty, of another shape, broken, or strange: each is told with its code and place."""
    assert sorted(places(text)) == sorted(found)


def test_brackets_without_end_are_a_finding() -> None:
    """Nesting is bounded before the stack is."""
    assert [code for code, _, _ in places("[" * 5000)] == ["CORE001"]


def test_an_objective_that_rounds_to_100_is_not_told_to_become_it() -> None:
    """99.9999 has too many decimals; the advice is an objective that is taken."""
    (finding,) = compile_specs({"a.yaml": spec(objective=99.9999)}).findings
    assert finding.help == "write 99.999"


def test_anchors_and_aliases_of_values_are_read() -> None:
    """An alias is the value it stands for; only merging, which hides where a key comes from, is refused."""
    events = f"events: {{error_query: '{BAD}', total_query: '{TOTAL}'}}"
    text = spec(more=f"  - name: other\n    objective: 99\n    sli: &sli\n      {events}\n")
    text += "  - name: third\n    objective: 99\n    sli: *sli\n"
    compiled = compile_specs({"a.yaml": text})
    assert compiled.findings == ()
    assert [slo.key for slo in compiled.slos] == ["pay-success", "pay-other", "pay-third"]


def test_every_document_of_a_file_counts() -> None:
    """Two documents are two specs, and the second is held to the first."""
    compiled = compile_specs({"a.yaml": f"---\n{spec('one')}---\n# empty\n---\n{spec('two')}..."})
    assert [slo.key for slo in compiled.slos] == ["pay-one", "pay-two"]
    assert places(f"{spec('one')}---\n{spec('one')}") == [("SLO013", 15, 11)]


def test_windows_line_ends_change_no_place() -> None:
    """Carriage returns move nothing."""
    text = spec(objective=100, bad="summ:a{*}.as_count()")
    assert places(text) == places(text.replace("\n", "\r\n"))


def test_a_name_that_stands_in_two_files_shows_both() -> None:
    """The later one is reported, the earlier one shown beside it."""
    (finding,) = compile_specs({"a.yaml": spec(), "b.yaml": spec()}).findings
    assert finding.code == "SLO013"
    assert str(finding.span) == "b.yaml:4:11"
    assert [str(each.span) for each in finding.related] == ["a.yaml:4:11"]


def test_variables_of_the_command_win_over_those_of_the_file() -> None:
    """`--var` is for what the file cannot know."""
    (slo,) = compile_specs({"a.yaml": FULL}, Options(variables={"env": "staging"})).slos
    sli = slo.sli[Backend.DATADOG]
    assert isinstance(sli, Events)
    assert sli.good is not None
    assert sli.good.text == "sum:pay.good{env:staging}.as_count()"


@given(st.text(alphabet="version: datadog/v1\n- []{}slo&*!|>'\"#\t,\x00é%", max_size=120))
def test_no_text_crashes_the_reader(text: str) -> None:
    """Any text gives documents or findings inside the text, never an exception."""
    compiled = compile_specs({"a.yaml": text})
    lines = text.count("\n") + text.count("\r") + 2
    assert all(each.span is not None and each.span.line <= lines for each in compiled.findings)
    assert not (compiled.broken and compiled.documents)


@given(st.integers(0, len(FULL) - 1), st.sampled_from(["", "\t", ":", "{", "'", "x", "\n", "- "]))
def test_a_slip_of_the_finger_crashes_nothing(at: int, put: str) -> None:
    """One character lost or added anywhere gives a spec or located findings."""
    compiled = compile_specs({"a.yaml": FULL[:at] + put + FULL[at + 1 :]})
    assert bool(compiled.documents) != compiled.broken
    assert all(each.span is not None for each in compiled.findings)
