"""The reasons of a refusal are what their pages say: evidence in, words out."""

from __future__ import annotations

import pytest

from sightline_core.render import render
from sightline_vault.auth.diagnoses import diagnoses
from sightline_vault.auth.explaining import findings, read_evidence
from tests.support.check_pages import EXAMPLES, examples, good, hold_answer

CODES = [each.partition(".")[0] for each in examples("VLT") if "VLT250" <= each < "VLT300"]


def test_every_reason_has_an_example() -> None:
    """What is found by being in its folder is shown."""
    assert [each.CODE for each in diagnoses()] == CODES


@pytest.mark.parametrize("code", CODES)
def test_the_bad_evidence_gives_this_code_alone_and_the_answer_of_the_page(code: str) -> None:
    """One cause gives one reason."""
    name = f"{code}.yaml"
    evidence, wrong = read_evidence((EXAMPLES / name).read_text(), name)
    assert evidence is not None, wrong
    found = findings(evidence)
    assert [each.code for each in found] == [code]
    hold_answer(code, render(found, {}))


@pytest.mark.parametrize("code", CODES)
def test_the_good_evidence_gives_no_reason(code: str) -> None:
    """With what was wrong put right, nothing speaks against it."""
    ((_, name, text),) = good(code)
    evidence, wrong = read_evidence(text, name)
    assert evidence is not None, wrong
    assert findings(evidence) == []
