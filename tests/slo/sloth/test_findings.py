"""What we say beside Sloth's answer: warnings, located, and nothing where nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sightline_slo.compile import compile_specs
from sightline_slo.mapping import Fidelity, verdict
from sightline_slo.model import Backend, Severity

from .calling import CRD, OPENSLO, SPEC, sloth

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Where a spec is written."""
    return tmp_path / "spec.yaml"


@pytest.mark.parametrize(
    ("text", "good", "bad", "place"),
    [
        (SPEC, "page_alert", "pageAlert", "19:7"),
        (SPEC, "objective", "objectve", "9:5"),
        (SPEC, "labels:\n  owner", "lables:\n  owner", "3:1"),
        (CRD, "pageAlert", "page_alert", "16:9"),
        (CRD, "namespace", "namspace", "5:3"),
        (CRD, "  slos:", "  descripton: x\n  slos:", "8:3"),
        (OPENSLO, "target", "targt", "11:7"),
    ],
)
def test_an_unknown_key_is_a_warning_at_its_place(text: str, good: str, bad: str, place: str, spec: Path) -> None:
    """Sloth drops it silently, and its answer stays what it is."""
    spec.write_text(text.replace(good, bad, 1))
    answer = sloth("generate", "-i", str(spec))
    assert f"{spec}:{place}" in answer.err
    assert "SLO002" in answer.err
    assert "error[" not in answer.err
    assert sloth("generate", "-i", str(spec), "--no-log").err.count("\n") <= 1


@pytest.mark.parametrize("text", [SPEC, CRD])
def test_nothing_is_said_of_a_clean_spec(text: str, spec: Path) -> None:
    """Not by Sloth's command line, and not by the strict one."""
    spec.write_text(text)
    assert sloth("generate", "-i", str(spec)).err == ""
    assert compile_specs({str(spec): text}).findings == ()


def test_an_alert_that_cannot_fire_is_said(spec: Path) -> None:
    """14.4 times the budget of 90 % is more than everything."""
    spec.write_text(SPEC.replace("99.9", "90"))
    assert "never reached" in sloth("validate", "-i", str(spec)).err


def test_a_sloth_spec_is_an_slo_of_the_neutral_model() -> None:
    """With Google's windows, which are Sloth's; Prometheus measures it, Datadog cannot without a query."""
    (slo,) = compile_specs({"a.yaml": SPEC}).slos
    assert (slo.key, slo.objective, slo.labels["owner"]) == ("cart-availability", 99.9, "shop")
    assert slo.alerts[Severity.PAGE].labels == {"severity": "pageteam"}
    assert [each.burn_rate for each in slo.windows] == [14.4, 6, 3, 1]
    assert verdict(slo, Backend.PROMETHEUS).kind is Fidelity.EXACT
    assert verdict(slo, Backend.DATADOG).kind is Fidelity.UNSUPPORTED


def test_numbers_are_texts_in_labels_of_sloths_own_form_alone() -> None:
    """Its decoder takes them, and its examples count on it; Kubernetes refuses them."""
    assert compile_specs({"a.yaml": SPEC.replace('"2"', "2")}).findings == ()
    labels = CRD.replace("  service: cart", "  service: cart\n  labels: {tier: 2}")
    assert [each.code for each in compile_specs({"a.yaml": labels}).findings] == ["SLO004"]
