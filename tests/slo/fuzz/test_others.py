"""Whatever is read beside the native form: nothing that is wrong with it is a crash, every finding has its place."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sightline_core.located import load_all
from sightline_slo.compile import compile_specs
from sightline_slo.dialects._openslo_form import form
from sightline_slo.importing import pyrra
from sightline_slo.reporting import policy

from .documents import document, mutated
from .test_schema import SEED, located

if TYPE_CHECKING:
    from sightline_core.diagnostics import Diagnostic

ROOT = Path(__file__).resolve().parents[3]


def written(value: Any) -> str:
    return yaml.dump(value, Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=False)


def openslo(choices: random.Random) -> str:
    """Return some objects of OpenSLO that name one another, one thing of them wrong."""
    text = (ROOT / "docs/checks/examples/SLO080.yaml").read_text()
    values = list(yaml.safe_load_all(text.replace("payments-that-work\n", "payments-that-worked\n")))
    kind = choices.choice(["DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "SLO"])
    values.append(document(form(kind), choices, choices.choice([0.0, 0.1])))
    index = choices.randrange(len(values))
    values[index] = mutated(values[index], choices)
    return "---\n".join(written(each) for each in values)


@pytest.mark.parametrize("number", [150, pytest.param(5000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_openslo(number: int) -> None:
    """Objects that are wrong, of the wrong kind, or named by nobody."""
    choices = random.Random(SEED)
    for _ in range(number):
        text = openslo(choices)
        findings = compile_specs({"a.yaml": text}).findings
        assert all(located(each, text) for each in findings), text


@pytest.mark.parametrize("number", [150, pytest.param(5000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_pyrra_and_policies(number: int) -> None:
    """An import and a gate read what somebody wrote by hand, too."""
    choices = random.Random(SEED)
    right = yaml.safe_load((ROOT / "docs/checks/examples/GATE005.yaml").read_text())
    for _ in range(number):
        text = written(mutated(document(pyrra.FORM, choices, choices.choice([0.0, 0.05])), choices))
        findings: list[Diagnostic] = []
        for each in load_all(text, "a.yaml")[0]:
            pyrra.read(each, None, findings)
        assert all(located(each, text) for each in findings), text
        text = written(mutated(mutated(right, choices), choices))
        made, findings = policy.read(text, "a.yaml")
        assert all(located(each, text) for each in findings), text
        assert (made is None) == any(each.is_error for each in findings)
