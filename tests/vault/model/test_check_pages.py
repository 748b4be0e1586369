"""The codes of the cluster's file are what their pages say."""

from __future__ import annotations

import pytest

from sightline_core.render import render
from sightline_vault.model import read_spec
from tests.support.check_pages import EXAMPLES, hold_answer


@pytest.mark.parametrize("code", ["VLT001", "VLT002"])
def test_the_bad_cluster_gives_this_code_alone_and_the_answer_of_the_page(code: str) -> None:
    """One fault gives one finding, at the place that the page shows."""
    name = f"{code}.yaml"
    text = (EXAMPLES / name).read_text()
    spec, findings = read_spec(text, name)
    assert spec is None
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {name: text}))
