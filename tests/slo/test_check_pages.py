"""Each code of a spec is what its page says."""

from __future__ import annotations

import pytest

from sightline_core.render import render
from sightline_slo.compile import compile_specs
from tests.support.check_pages import EXAMPLES, examples, good, hold_answer


@pytest.mark.parametrize("name", [*examples("SLO"), *examples("CORE")])
def test_the_bad_example_gives_this_code_alone_and_the_answer_of_the_page(name: str) -> None:
    """One fault gives one finding, at the place that the page shows."""
    code = name.partition(".")[0]
    sources = {name: (EXAMPLES / name).read_text(encoding="utf-8")}
    findings = compile_specs(sources).findings
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, sources))


@pytest.mark.parametrize("name", [*examples("SLO"), *examples("CORE")])
def test_the_good_example_has_no_findings(name: str) -> None:
    """What the page recommends compiles."""
    ((language, _, text),) = good(name.partition(".")[0])
    assert language == "yaml"
    compiled = compile_specs({"good.yaml": text})
    assert compiled.findings == ()
    assert compiled.documents
