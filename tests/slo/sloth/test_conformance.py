"""Whatever pairs of specs and rules lie in the conformance data, our rules are theirs, byte for byte."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from sightline_core.located import load_all
from tests.support.conformance import conformance

from .calling import sloth

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def suite() -> Path:
    """Where Sloth's own examples and goldens are."""
    return conformance("sloth")


def test_every_golden_is_met_to_the_byte(suite: Path, tmp_path: Path) -> None:
    """The command that made them, as SOURCES.txt tells it, gives them again, and all of them."""
    goldens = sorted((suite / "golden").iterdir())
    examples = suite / "examples"
    flags = ("--extra-labels", "cmd=examplesgen.sh", "-e", "_gen|windows")
    answer = sloth("generate", "-i", str(examples), "-o", str(tmp_path), "-p", str(examples), *flags)
    assert answer.code == 0, answer.err
    assert goldens
    assert {each.name: each.read_bytes() for each in goldens} == {
        each.name: each.read_bytes() for each in tmp_path.iterdir()
    }


def test_every_catalogue_of_windows_is_read(suite: Path) -> None:
    """A catalogue's own period is taken as the default one."""
    directories = {each.parent for each in suite.rglob("*.yaml") if each.parent.name == "windows"}
    assert directories
    example = next(each for each in sorted((suite / "examples").glob("*.yml")) if "openslo" not in each.name)
    for directory in directories:
        for file in directory.iterdir():
            period = load_all(file.read_text(), file.name)[0][0].value["spec"]["sloPeriod"]
            answer = sloth(
                "generate",
                "-i",
                str(example),
                "--slo-period-windows-path",
                str(directory),
                "--default-slo-period",
                period,
            )
            assert answer.code == 0, answer.err
            assert "slo:sli_error:ratio_rate" in answer.out


def test_unknown_keys_are_found_where_they_stand_and_nowhere_else(suite: Path) -> None:
    """A key is unknown where no field of Sloth's own types has it; the examples say which those are by their rules."""
    from sightline_slo.sloth.findings import findings

    texts = {os.path.relpath(each, suite): each.read_text() for each in sorted((suite / "examples").glob("*.y*ml"))}
    found = [each for each in findings(texts, 30 * 86_400_000) if each.code == "SLO002"]
    for each in found:
        assert each.span is not None
        line = texts[each.span.file].splitlines()[each.span.line - 1]
        key = each.message.split("`")[1]
        assert line[each.span.column - 1 :].startswith(key)
    spoilt = {
        name: text.replace("page_alert:", "pageAlert:").replace("objective:", "objetive:")
        for name, text in texts.items()
    }
    misspelt = sum(
        text.count("page_alert:") + text.count("objective:") for text in texts.values() if "prometheus/v1" in text
    )
    more = [each for each in findings(spoilt, 30 * 86_400_000) if each.code == "SLO002"]
    assert len(more) >= misspelt > len(found)
