"""SLI plugins in the strict forms: the query is measured as if it stood in the spec."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sightline_core.cli import run
from sightline_core.errors import SightlineError
from sightline_slo.compile import Options, compile_specs
from sightline_slo.model import Backend, Ratio

from .texts import slo

if TYPE_CHECKING:
    from pathlib import Path

PLUGIN = """\
SLI_PLUGIN_VERSION = "prometheus/v1"
SLI_PLUGIN_ID = "acme/jobs"

def sli_plugin(meta, labels, options):
    if "job" not in options:
        raise ValueError("it wants a job")
    of = f'{{job="{options["job"]}",team="{labels["team"]}",slo="{meta["slo"]}"}}[{{{{.window}}}}]'
    return f"\\nsum(rate(failed{of})) / (sum(rate(tried{of})) > 0)"
"""
NATIVE = slo("plugin: {id: acme/jobs, options: {job: billing}}", more="    labels: {team: pay}\n")
SLOTH = """\
version: prometheus/v1
service: pay
labels: {team: pay}
slos:
  - name: success
    objective: 99.5
    sli: {plugin: {id: acme/jobs, options: {job: billing}}}
    alerting: {name: Burns}
"""


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "jobs_plugin.py").write_text(PLUGIN)
    return folder


@pytest.mark.parametrize("text", [NATIVE, SLOTH])
def test_a_plugin_makes_the_query(text: str, plugins: Path) -> None:
    """Of its options, the labels and what the SLO is called."""
    answer = compile_specs({"a.yaml": text}, Options(plugins=(str(plugins),)))
    assert answer.findings == ()
    sli = answer.slos[0].sli[Backend.PROMETHEUS]
    assert isinstance(sli, Ratio)
    of = '{job="billing",team="pay",slo="success"}[{{.window}}]'
    assert sli.error.text == f"sum(rate(failed{of})) / (sum(rate(tried{of})) > 0)"


@pytest.mark.parametrize("text", [NATIVE, SLOTH])
def test_a_plugin_that_fails_is_found_where_it_is_named(text: str, plugins: Path) -> None:
    """With its own words; so is one that nobody has, and a query of it that is none."""
    for wrong, said in (
        (text.replace("job: billing", "jab: x"), "it wants a job"),
        (text.replace("acme/jobs", "acme/gone"), 'plugin "acme/gone" not found'),
    ):
        (found,) = compile_specs({"a.yaml": wrong}, Options(plugins=(str(plugins),))).findings
        assert found.code == "SLO029"
        assert said in found.message
        assert found.span is not None
        assert wrong.splitlines()[found.span.line - 1][found.span.column - 1 :].startswith("acme/")
    (plugins / "jobs_plugin.py").write_text(PLUGIN.replace("sum(rate(failed", "sum((rate(failed"))
    (found,) = compile_specs({"a.yaml": text}, Options(plugins=(f"{plugins}/.",))).findings
    assert found.code == "SLO030"


def test_the_command_is_told_where_plugins_are(
    plugins: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an option or by the environment; without either the native form has nothing to measure."""
    spec = tmp_path / "a.yaml"
    spec.write_text(NATIVE)
    command = ["slo", "compile", str(spec), "--backend", "prometheus", "--json"]
    assert run([*command, "--plugins", str(plugins)]) == 0
    (made,) = json.loads(capsys.readouterr().out)["data"]
    assert 'failed{job=\\"billing\\"' in json.dumps(made)
    assert run(command) == 1
    assert "--plugins" in capsys.readouterr().out
    monkeypatch.setenv("SIGHTLINE_SLO_PLUGINS", str(plugins))
    assert run(command) == 0
    with pytest.raises(SightlineError, match="plugins cannot be loaded"):
        compile_specs({"a.yaml": NATIVE}, Options(plugins=(str(tmp_path / "nowhere"),)))
