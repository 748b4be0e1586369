"""The native form is read strictly, and its schema says the same as its decoder."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml

from sightline_core.cli import run
from sightline_slo.compile import Options, compile_specs
from sightline_slo.form.schema import native
from sightline_slo.model import Backend, Events, Monitors, Ratio, TimeSlice

from .texts import FULL, codes, compiled, slo

FREE = {"team", "env", "tier", "area", "board", "urgency", "call", "outcome"}
"""Keys whose names are the author's own."""

KEYS = [
    (number, found[0].start(1), found[1])
    for number, line in enumerate(FULL.splitlines())
    for at in [re.finditer(r"(?:^ *(?:- )?|[{,] ?)([a-z_]+): ?", line)]
    for found in ((match, match[1]) for match in at)
    if found[1] not in FREE
]


def test_a_spec_with_every_key_is_read_whole() -> None:
    """Each kind of SLI becomes what the model has for it, at each backend that it names; one suppression is idle."""
    answer = compiled(FULL)
    assert [each.code for each in answer.findings] == ["SLO023"]
    kinds = {each.kind: {backend: type(sli) for backend, sli in each.sli.items()} for each in answer.slos}
    both = dict.fromkeys(Backend, Events)
    assert kinds == {
        "http": both,
        "kpi": both,
        "journey": both,
        "events": both,
        "raw": {Backend.PROMETHEUS: Ratio},
        "time_slice": dict.fromkeys(Backend, TimeSlice),
        "monitor": {Backend.DATADOG: Monitors},
    }
    first, second = answer.slos[:2]
    assert (first.owner, second.owner) == ("payments", "checkout")
    assert (first.period, second.period) == ("30d", "7d")
    assert first.description == "Answered in prod."
    assert [each.budget_percent for each in first.windows] == [2, 10]
    assert [each.burn_rate for each in first.windows] == [14.4, 3]
    assert (len(first.maintenance), len(second.maintenance)) == (2, 1)
    assert first.maintenance[0].start == 1772326800  # two in the morning in Rome is one in UTC


@pytest.mark.parametrize(("line", "column", "key"), KEYS)
def test_every_misspelt_key_is_found_where_it_stands(line: int, column: int, key: str) -> None:
    """No key can be misspelt unnoticed; the finding stands at the key and suggests the right one."""
    lines = FULL.splitlines()
    lines[line] = f"{lines[line][:column]}{key}x{lines[line][column + len(key) :]}"
    findings = compile_specs({"a.yaml": "\n".join(lines)}).findings
    if key == "version":  # without it nothing else is read
        assert [each.code for each in findings] == ["SLO001"]
        return
    unknown = [each for each in findings if each.code == "SLO002"]
    assert [(each.span.line, each.span.column) for each in unknown if each.span] == [(line + 1, column + 1)]
    assert unknown[0].help == f"did you mean `{key}`?"


def test_the_schema_takes_what_the_decoder_takes() -> None:
    """The full form, and the printed schema is the one that is tested; it is a valid schema itself."""
    jsonschema.Draft202012Validator.check_schema(native())
    jsonschema.validate(yaml.safe_load(FULL), native())


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """`sightline slo schema` gives it on standard output."""
    assert run(["slo", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == native()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (slo("{}"), "SLO005"),
        (slo("http: {}\n      kpi: {total: {metric: shop.carts.created}, within: 1s}"), "SLO005"),
        (slo("http:"), "SLO004"),
        (slo("http: {measure: latency}"), "SLO005"),
        (slo("http: {within: 1s}"), "SLO005"),
        (slo("http: {measure: latency, within: 310ms}"), "SLO019"),
        (slo("http: {measure: latency, within: 3 s}"), "SLO009"),
        (slo("http: {traffic: friends}"), "SLO018"),
        (slo("http: {}", more="    by: [colour]\n"), "SLO019"),
        (slo("kpi: {total: {metric: shop.carts.created}, within: 1s}"), "SLO019"),
        (slo("kpi: {bad: {metric: shop.carts.lost}, total: {metric: shop.carts.created}}"), "SLO019"),
        (slo("journey: {name: '${which}'}"), "SLO007"),
        (slo(more="    period: 1.5d\n"), "SLO009"),
        (slo(more="    period: 14d\n"), "SLO027"),
        (slo(more="    guard: {}\n"), "SLO005"),
        (slo(more="    guard: {min_events: 0}\n"), "SLO004"),
        (slo(more="    guard: {min_events: 1.5}\n"), "SLO004"),
        (slo(more="    labels: {team: 1}\n"), "SLO004"),
        (slo(more="    windows: []\n"), "SLO004"),
        (slo(more="    windows: 5\n"), "SLO004"),
        (slo(more="    maintenance: [{start: noon, duration: 1h}]\n"), "SLO020"),
        (slo(more='    maintenance: [{start: "2026-01-01", duration: 1h, rrule: FREQ=SOMETIMES}]\n'), "SLO020"),
        (slo(more='    maintenance: [{start: "2026-01-01", duration: 1h, rrule: FREQ=SECONDLY}]\n'), "SLO020"),
        (slo(more='    maintenance: [{start: "2026-01-01", duration: 1h, rrule: FREQ=DAILY;INTERVAL=0}]\n'), "SLO020"),
        (slo(more="    suppress: [{code: SLO016, reason: because}]\n"), "SLO018"),
        (slo(objective=".nan"), "SLO004"),
        (slo(objective="null"), "SLO004"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_one_code(text: str, code: str) -> None:
    """One fault, one finding."""
    assert codes(text) == [code]


def test_one_faulty_slo_does_not_hide_the_others() -> None:
    """The SLOs whose form is right are read, so that what is wrong in their meaning is told in the same pass."""
    text = slo(objective="lots") + slo(objective=100).partition("slos:\n")[2].replace("success", "other")
    answer = compiled(text)
    assert [each.code for each in answer.findings] == ["SLO004", "SLO010"]
    assert [each.key for each in answer.slos] == ["pay-other"]


def test_the_command_fills_variables_and_wins() -> None:
    """`--var` wins over `vars:`, in queries, labels and words alike."""
    answer = compile_specs({"a.yaml": FULL}, Options(variables={"env": "test"}))
    assert answer.slos[0].description == "Answered in test."
    datadog = answer.slos[3].sli[Backend.DATADOG]
    assert isinstance(datadog, Events)
    assert datadog.total.text == "sum:all{env:test}.as_count()"
