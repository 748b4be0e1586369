"""The JSON Schema of the native form and the decoder say the same of ten thousand documents, and nothing crashes."""

from __future__ import annotations

import json
import math
import random
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from sightline_core.located import load_all
from sightline_slo.compile import Options, compile_specs
from sightline_slo.dialects._native_form import SPEC
from sightline_slo.form.place import Place
from sightline_slo.model import Backend

from .documents import document, mutated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sightline_core.diagnostics import Diagnostic

SEED = 20261125
MANY = 12_000
FEW = 200
EVERYTHING = Options(backends=tuple(Backend), form="openslo")
SCHEMA = jsonschema.Draft202012Validator(json.loads(json.dumps(SPEC.schema())))


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def documents(number: int, seed: int) -> Iterator[Any]:
    """Yield documents: a third right by the grammar, a third wrong here and there, a third right ones mutated."""
    choices = random.Random(seed)
    for index in range(number):
        if index % 3 == 0:
            yield document(SPEC, choices, 0.0)
        elif index % 3 == 1:
            yield document(SPEC, choices, choices.choice([0.01, 0.05, 0.3]))
        else:
            made = document(SPEC, choices, 0.0)
            for _ in range(choices.randint(1, 3)):
                made = mutated(made, choices)
            yield made


def is_json(value: Any) -> bool:
    """Whether a value can be said in JSON, and read back: numbers that no float holds cannot."""
    if isinstance(value, dict):
        return all(is_json(each) for each in value.values())
    if isinstance(value, list):
        return all(is_json(each) for each in value)
    try:
        return not isinstance(value, int | float) or math.isfinite(value)
    except OverflowError:
        return False


def located(finding: Diagnostic, text: str) -> bool:
    """Whether a finding points into the text."""
    span = finding.span
    lines = text.split("\n")
    return (
        span is not None
        and span.file == "a.yaml"
        and span.line <= span.end_line <= len(lines) + 1
        and (span.line > len(lines) or span.column <= len(lines[span.line - 1]) + 1)
    )


def held(value: Any) -> tuple[str, bool]:
    """Hold one document; return what became of it, and its text."""
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    loaded, problems = load_all(text, "a.yaml")
    assert all(located(each, text) for each in problems), text
    accepted = False
    for each in loaded:
        findings: list[Diagnostic] = []
        faulty: list[Any] = []
        SPEC.check(Place(each, (), each.value, findings, faulty))
        accepted = not findings
        assert all(located(finding, text) for finding in findings), text
        assert bool(faulty) == bool(findings)
        agreed = is_json(each.value) and SCHEMA.is_valid(each.value)
        assert accepted == agreed, f"the decoder says {accepted}, the schema {agreed}:\n{text}"
    compiled = compile_specs({"a.yaml": text}, EVERYTHING)
    assert all(located(each, text) for each in compiled.findings), text
    assert loaded == [] or accepted or compiled.broken, text
    return text, accepted


def test_the_schema_is_one() -> None:
    """It keeps the rules of JSON Schema's own schema, and each key says what it is for or is plain."""
    jsonschema.Draft202012Validator.check_schema(SPEC.schema())


@pytest.mark.parametrize("number", [FEW, pytest.param(MANY, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])])
def test_schema_and_decoder_agree(number: int) -> None:
    """Accepted by both or rejected by both; each rejection has its place; compiling whatever it is ends in words."""
    accepted = sum(held(each)[1] for each in documents(number, SEED))
    assert 0.2 * number < accepted < 0.8 * number
