"""Plugins: Sloth's own are built in, Python ones take the place of Go ones, and a Go one says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from .calling import CRD, SPEC, sloth

if TYPE_CHECKING:
    from pathlib import Path

SLI = SPEC.replace(
    """      events:
        error_query: sum(rate(http_requests_total{service="cart",code=~"5.."}[{{.window}}]))
        total_query: sum(rate(http_requests_total{service="cart"}[{{.window}}]))
""",
    """      plugin:
        id: shop/errors
        options: {metric: failures}
""",
)
PYTHON_SLI = """
SLI_PLUGIN_VERSION = "prometheus/v1"
SLI_PLUGIN_ID = "shop/errors"


def sli_plugin(meta, labels, options):
    matchers = f'o="{labels["owner"]}",s="{meta["slo"]}",t="{meta["objective"]}"'
    return f'sum(rate({options["metric"]}{{{matchers}}}[{{{{.window}}}}]))'
"""
PYTHON_SLO = """
PLUGIN_VERSION = "prometheus/slo/v1"
PLUGIN_ID = "shop/for"


def new_plugin(config):
    def process(request, rules):
        for rule in rules.alerts.rules:
            rule.for_ms = config["minutes"] * 60000

    return process
"""
GO = 'package x\n\nconst (\n\tSLIPluginVersion = "prometheus/v1"\n\tSLIPluginID      = "shop/errors"\n)\n'


def _chain(chain: str) -> str:
    return SPEC.replace("    objective:", f"    plugins:\n      chain:\n        - {chain}\n    objective:")


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """Where a spec is written."""
    return tmp_path / "spec.yaml"


def test_a_python_plugin_makes_the_query(spec: Path, tmp_path: Path) -> None:
    """It is given what Sloth gives: the SLO's facts, the spec's labels, the options."""
    (tmp_path / "plugin.py").write_text(PYTHON_SLI)
    spec.write_text(SLI)
    answer = sloth("generate", "-i", str(spec), "-p", str(tmp_path))
    assert answer.code == 0, answer.err
    first = yaml.safe_load(answer.out)["groups"][0]["rules"][0]
    assert first["expr"] == '(sum(rate(failures{o="shop",s="availability",t="99.900000"}[5m])))'


def test_a_go_plugin_names_the_python_one_that_takes_its_place(spec: Path, tmp_path: Path) -> None:
    """With its path and its constant: nobody has to guess."""
    (tmp_path / "errors").mkdir()
    (tmp_path / "errors" / "plugin.go").write_text(GO)
    spec.write_text(SLI)
    answer = sloth("generate", "-i", str(spec), "-p", str(tmp_path))
    assert answer.code == 1
    assert "Go source" in answer.err
    assert f'{tmp_path / "errors" / "plugin.py"} would take its place, with SLI_PLUGIN_ID = "shop/errors"' in answer.err


def test_a_python_plugin_changes_the_rules(spec: Path, tmp_path: Path) -> None:
    """After the default ones, with its configuration."""
    (tmp_path / "for_plugin.py").write_text(PYTHON_SLO)
    spec.write_text(_chain("{id: shop/for, config: {minutes: 7}}"))
    answer = sloth("generate", "-i", str(spec), "-p", str(tmp_path))
    assert answer.out.count("    for: 7m\n") == 2


def test_a_python_plugin_makes_kubernetes_objects(tmp_path: Path, spec: Path) -> None:
    """Any object: its keys sorted, with the labels that Sloth puts on all."""
    (tmp_path / "plugin.py").write_text(
        'PLUGIN_VERSION = "prometheus/k8stransform/v1"\nPLUGIN_ID = "shop/map"\n\n\n'
        "def transform(meta, results):\n"
        '    data = {"slo": results[0].slo.id, "b": ["x", {"c": 1.5, "a": None}], "e": {}, "l": []}\n'
        '    return [{"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": meta.name}, "data": data}]\n'
    )
    spec.write_text(CRD)
    answer = sloth("generate", "-i", str(spec), "-p", str(tmp_path), "--k8s-transform-plugin-id", "shop/map")
    assert answer.code == 0, answer.err
    assert answer.out.partition("DO NOT EDIT.\n\n")[2] == (
        "apiVersion: v1\ndata:\n  b:\n  - x\n  - a: null\n    c: 1.5\n  e: {}\n  l: []\n  slo: cart-availability\n"
        "kind: ConfigMap\nmetadata:\n  labels:\n    app.kubernetes.io/component: SLO\n"
        "    app.kubernetes.io/managed-by: sloth\n  name: cart\n"
    )


@pytest.mark.parametrize(
    ("chain", "shown"),
    [
        ("{id: sloth.dev/contrib/info_labels/v1, config: {labels: {team: cart}}}", "      team: cart\n"),
        ("{id: sloth.dev/contrib/rule_intervals/v1, config: {interval: {default: 90s}}}", "  interval: 1m30s\n"),
        ("{id: sloth.dev/contrib/error_budget_exhausted_alert/v1, config: {threshold: 0.1}}", "} <= 0.1\n"),
        ("{id: sloth.dev/contrib/denominator_corrected_rules/v1}", "slo:numerator_correction:ratio5m"),
        ("{id: sloth.dev/core/sli_rules/v1, config: {disableOptimized: true}}", '{service="cart"}[30d])))'),
    ],
)
def test_sloths_own_plugins_are_built_in(chain: str, shown: str, spec: Path) -> None:
    """By their ids, with their configurations."""
    spec.write_text(_chain(chain))
    answer = sloth("generate", "-i", str(spec))
    assert answer.code == 0, answer.err
    assert shown in answer.out


def test_labels_can_be_taken_away(spec: Path) -> None:
    """But for those that identify the series, and those that are to stay."""
    spec.write_text(_chain("{id: sloth.dev/contrib/remove_labels/v1, config: {preserveLabels: [tier]}}"))
    groups = yaml.safe_load(sloth("generate", "-i", str(spec)).out)["groups"]
    assert set(groups[0]["rules"][0]["labels"]) == {"sloth_id", "sloth_service", "sloth_slo", "sloth_window", "tier"}
    assert set(groups[1]["rules"][0]["labels"]) == {"sloth_id", "sloth_service", "sloth_slo", "tier"}
    assert "owner" in groups[1]["rules"][-1]["labels"]


def test_metricsql_passes_where_the_plugin_for_it_validates(spec: Path) -> None:
    """In the place of the default chain; a bracket that is missing is found all the same."""
    text = SPEC.replace("sum(rate(", "sum(histogram_share(0.2, rate(", 1).replace(
        "]))\n        total", "])))\n        total"
    )
    text = text.replace(
        "slos:",
        "slo_plugins:\n  overridePrevious: true\n  chain:\n    - {id: sloth.dev/contrib/validate_victoria_metrics/v1}\n"
        "    - {id: sloth.dev/core/sli_rules/v1}\nslos:",
    )
    spec.write_text(text)
    answer = sloth("generate", "-i", str(spec))
    assert answer.code == 0, answer.err
    spec.write_text(text.replace("])))\n", "]))\n"))
    assert "is not closed" in sloth("generate", "-i", str(spec)).err
