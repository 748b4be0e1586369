"""`sightline datadog query check` on arguments, files and standard input, as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from sightline_core.errors import SightlineError
from sightline_datadog.cli import main
from sightline_datadog.query import guessed_type
from sightline_datadog.query_check import MONITOR_TYPES

from .samples import MONITORS

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["query", "check", *arguments], input=stdin, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


@pytest.mark.parametrize(("kind", "text"), MONITORS)
def test_each_type_of_monitor_can_be_named(kind: str, text: str) -> None:
    """The option takes every type, and the canonical form is printed."""
    code, out, err = run("--monitor", kind, text)
    assert (code, "".join(out.split()), err) == (0, "".join(text.split()), "")


def test_queries_of_all_kinds_are_recognised_in_one_input() -> None:
    """Without an option each line is read as what it looks like."""
    lines = ["avg:a{*}", *(text for kind, text in MONITORS if kind != "synthetics alert")]
    code, out, _ = run("--json", stdin="\n".join(lines))
    assert code == 0
    kinds = [each["type"] for each in json.loads(out)["data"]]
    assert kinds[0] == "metric"
    assert kinds[1:] == [guessed_type(text) or "search" for text in lines[1:]]
    assert {"composite", "service check", "slo alert", "query alert", "search"} == set(kinds[1:])


def test_a_file_is_read_line_by_line(tmp_path: Path) -> None:
    """A finding names the file and its line, empty lines counted."""
    file = tmp_path / "queries.txt"
    file.write_text("avg:a{*}\r\n\n  sum:b{\n", encoding="utf-8")
    code, out, err = run("--file", str(file))
    assert (code, out) == (1, "avg:a{*}\n")
    assert f"{file}:3:8" in err
    assert "^" in err


def test_an_argument_of_several_lines_has_its_caret_on_the_right_one() -> None:
    """As a query in a YAML block has."""
    code, _, err = run("avg:a{*}", "avg:b{*} +\nagv:c{*}")
    assert code == 1
    assert "<arguments>:3:1" in err
    assert "3 | agv:c{*}" in err


def test_the_json_holds_tree_form_and_place() -> None:
    """What an editor needs, for right and wrong queries alike."""
    _, out, _ = run("--json", "sum:a{b:c}.as_count()", "avg:é{*}")
    right, wrong = json.loads(out)["data"]
    assert right["canonical"] == "sum:a{b:c}.as_count()"
    assert right["tree"]["node"] == "MetricQuery"
    assert right["tree"]["calls"][0] == {"node": "Call", "name": "as_count", "arguments": [], "at": [10, 21]}
    assert right["errors"] == []
    assert wrong["tree"] is None
    assert wrong["errors"][0]["at"] == [4, 5]
    assert wrong["errors"][0]["bytes"] == [4, 6]


def test_the_tree_can_be_read() -> None:
    """One node a line, with its place."""
    code, out, _ = run("--tree", "--monitor", "composite", "1 && !2")
    assert code == 0
    assert out.splitlines() == [
        "Composite 0-7",
        "  condition: All",
        "    parts:",
        "      -: Term 0-1",
        "        text: 1",
        "        negated: False",
        "      -: Term 6-7",
        "        text: 2",
        "        negated: True",
    ]


def test_a_formula_is_read_as_one() -> None:
    """Names of queries stand alone only there."""
    assert run("--formula", "query1 / query2")[0] == 0
    assert run("query1 / query2")[0] == 1


def test_an_unreadable_file_is_no_answer(tmp_path: Path) -> None:
    """Neither yes nor no: the command says what it could not read."""
    file = tmp_path / "queries.txt"
    file.write_bytes(b"\xff\xfe")
    for path in (file, tmp_path / "none.txt"):
        with pytest.raises(SightlineError, match="cannot be read"):
            run("--file", str(path))


def test_every_type_of_the_samples_is_offered() -> None:
    """The list of the option and the dialects do not drift apart."""
    assert {kind for kind, _ in MONITORS} <= set(MONITOR_TYPES)
