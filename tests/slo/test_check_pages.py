"""Each code of a spec is what its page says."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from sightline_core.errors import SightlineError
from sightline_core.render import render
from sightline_slo.compile import Options, compile_specs
from sightline_slo.files import read
from sightline_slo.model import Backend
from sightline_slo.reporting import gate, policy
from sightline_slo.reporting.standing import Standing, State
from tests.support.check_pages import EXAMPLES, examples, good, hold_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sightline_core.diagnostics import Diagnostic


def options(name: str) -> Options:
    """Return how an example is compiled: verdicts on a backend or a form are given only where it is compiled for it."""
    form = "openslo" if name.startswith("SLO028") else None
    return Options(backends=(Backend.DATADOG,) if name.startswith(("SLO021", "SLO022")) else (), form=form)


def answered(name: str) -> tuple[Sequence[Diagnostic], str]:
    """Return the findings of a file, and what a person sees of them."""
    try:
        sources = read([name])
    except SightlineError as error:
        return [error.diagnostic()], error.frame()
    compiled = compile_specs(sources, options(name))
    return compiled.findings, render(compiled.findings, sources)


@pytest.mark.parametrize("name", [*examples("SLO"), *examples("CORE")])
def test_the_bad_example_gives_this_code_alone_and_the_answer_of_the_page(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault gives one finding, at the place that the page shows; an unreadable file is named as a whole."""
    monkeypatch.chdir(EXAMPLES)
    code = name.partition(".")[0]
    findings, answer = answered(name)
    assert [each.code for each in findings] == [code]
    hold_answer(code, answer)


@pytest.mark.parametrize("name", [*examples("SLO"), *examples("CORE")])
def test_the_good_example_has_no_findings(name: str) -> None:
    """What the page recommends compiles."""
    ((language, _, text),) = good(name.partition(".")[0])
    assert language == "yaml"
    compiled = compile_specs({"good.yaml": text}, options(name))
    assert compiled.findings == ()
    assert compiled.slos
    # What Prometheus alone measures makes no document of Datadog's.
    assert compiled.documents or all(Backend.DATADOG not in slo.sli for slo in compiled.slos)


SEEN = [Standing("payments-success", "payments", "success", 86400, 99.0, State.OK, 99.9, 90.0)]
"""The SLOs that a gate has before it."""
TODAY = dt.date(2026, 11, 25)


def judged(text: str, name: str) -> list[Diagnostic]:
    """Return what is said of a policy."""
    made, findings = policy.read(text, name)
    return [*findings, *(gate.stale(made, SEEN, TODAY) if made else [])]


@pytest.mark.parametrize("name", examples("GATE"))
def test_the_bad_policy_gives_this_code_alone_and_the_answer_of_the_page(name: str) -> None:
    """One fault of a policy gives one finding, at the place that the page shows."""
    code, text = name.partition(".")[0], (EXAMPLES / name).read_text()
    findings = judged(text, name)
    assert [each.code for each in findings] == [code]
    hold_answer(code, render(findings, {name: text}))


@pytest.mark.parametrize("name", examples("GATE"))
def test_the_good_policy_has_no_findings(name: str) -> None:
    """What the page recommends is read, and nothing of it is stale."""
    ((language, _, text),) = good(name.partition(".")[0])
    assert language == "yaml"
    assert judged(text, "good.yaml") == []
