"""The codes of the operators' keys are what their pages say."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from sightline_core.located import load_all
from sightline_core.render import render
from sightline_vault.model.cluster import Operator
from sightline_vault.seal.operators import read_keys
from tests.support.check_pages import EXAMPLES, good, hold_answer

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic

CODES = ["VLT350", "VLT351", "VLT352"]


def said(text: str, name: str) -> list[Diagnostic]:
    (document,), findings = load_all(text, name)
    assert findings == []
    operators = [Operator(**each) for each in document.value["operators"]]
    return read_keys(operators, document, dt.datetime.now(dt.UTC))[1]


@pytest.mark.parametrize("code", CODES)
def test_the_bad_operators_give_this_code_alone_and_the_answer_of_the_page(code: str) -> None:
    """One fault gives one finding, at the place that the page shows."""
    name = f"{code}.yaml"
    text = (EXAMPLES / name).read_text()
    findings = said(text, name)
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {name: text}))


@pytest.mark.parametrize("code", CODES)
def test_the_good_operators_have_no_findings(code: str) -> None:
    """What the page recommends passes."""
    ((_, _, text),) = good(code)
    assert said(text, "good.yaml") == []
