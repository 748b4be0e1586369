"""What is written: rules that Prometheus loads, all of them; objects and resources of the vendors' shapes."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import promql_parser
import pytest
import yaml

from sightline_core.cli import run
from sightline_datadog.checks import check
from sightline_slo.compile import compile_specs
from sightline_slo.files import read
from sightline_slo.outputs import NAMES, output
from sightline_slo.testing import promtool
from tests.slo.specs import SHOP

from .texts import FULL, compiled, slo

if TYPE_CHECKING:
    from pathlib import Path

PROMETHEUS = FULL.partition("  - name: monitor")[0].replace(
    "\n        timezone: Europe/Rome", "\n        timezone: Asia/Tokyo"
)
"""All that Prometheus can be told, in one file."""


def rules(text: str) -> list[dict[str, Any]]:
    """Return every rule that Prometheus would load of it: those of the first document."""
    ((_, made),) = output("prometheus").files(compiled(text).specs)
    (document,) = yaml.safe_load_all(made)
    return [rule for group in document["groups"] for rule in group["rules"]]


def by_name(text: str) -> dict[str, dict[str, Any]]:
    """Return the rules by what they record, or by the window of what they alert."""
    return {each.get("record") or each["labels"].get("window", each["alert"]): each for each in rules(text)}


@pytest.mark.parametrize("name", ["prometheus", "prometheus-rule"])
def test_every_rule_is_loaded_and_reads(name: str) -> None:
    """One document a file, every expression of the shop's and of each kind is PromQL, no window is left open."""
    specs = (*compile_specs(read([str(SHOP)])).specs, *compiled(PROMETHEUS).specs)
    count = 0
    for _, text in output(name).files(specs):
        (document,) = yaml.safe_load_all(text)
        for group in document.get("spec", document)["groups"]:
            for rule in group["rules"]:
                promql_parser.parse(rule["expr"])
                assert "{{" not in rule["expr"]
                count += 1
    assert count > 600


def test_promtool_loads_as_many_rules_as_are_written(tmp_path: Path) -> None:
    """The judge is Prometheus's own tool, which counts what it loads and refuses two rules of one name and labels."""
    tool = promtool.find()
    if tool is None:
        pytest.skip("no promtool: SIGHTLINE_PROMTOOL is not set, and PATH has none")
    specs = (*compile_specs(read([str(SHOP)])).specs, *compiled(PROMETHEUS).specs)
    for name, text in output("prometheus").files(specs):
        (tmp_path / name).write_text(text)
        written = sum(len(group["rules"]) for group in yaml.safe_load(text)["groups"])
        command = [tool, "check", "rules", "--lint=all", "--lint-fatal", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert f"SUCCESS: {written} rules found" in done.stdout, done.stderr


def test_an_alert_says_which_window_fired_and_whose_it_is() -> None:
    """A rule of its own for each pair of windows, with the service, and threshold times budget on both windows."""
    fast = by_name(slo())["fast"]
    assert fast["labels"] == {
        "service": "pay",
        "slo": "pay-success",
        "severity": "page",
        "window": "fast",
        "long_window": "1h",
        "short_window": "5m",
    }
    chosen = '{service="pay",slo="pay-success"}'
    assert fast["expr"] == (
        f"slo:sli_error:ratio_rate1h{chosen} > (14.4 * 0.005)\nand\nslo:sli_error:ratio_rate5m{chosen} > (14.4 * 0.005)"
    )


def test_a_guard_counts_over_the_long_window() -> None:
    """Fewer events, or failures, than asked for alert nobody; half an event allows for reading between scrapes."""
    expr = by_name(slo(more="    guard: {min_events: 100, min_failures: 2}\n"))["fast"]["expr"]
    assert expr.endswith(
        '\nand\nslo:sli_total:rate1h{service="pay",slo="pay-success"} * 3600 > 99.5'
        '\nand\nslo:sli_errors:rate1h{service="pay",slo="pay-success"} * 3600 > 1.5'
    )


def test_the_period_is_exact_by_events_unless_asked_otherwise() -> None:
    """Recorded errors by recorded events; `budget: averaged` is a mean of ratios."""
    exact = by_name(slo())["slo:period_error:ratio"]["expr"]
    assert exact.startswith("sum_over_time(slo:sli_errors:rate5m{")
    averaged = by_name(slo(more="    budget: averaged\n"))["slo:period_error:ratio"]["expr"]
    assert averaged.startswith("avg_over_time(slo:sli_error:ratio_rate5m{")


def test_groups_stay_apart() -> None:
    """`by:` is in every query, as Prometheus spells the attribute."""
    made = by_name(slo(more="    by: [http.route]\n"))
    assert made["slo:sli_total:rate1h"]["expr"].startswith("sum by (http_route) (rate(")


def test_maintenance_is_missing_in_errors_and_events_alike() -> None:
    """The base leaves the time out, and longer windows are made of the base."""
    more = '    maintenance: [{start: "2026-01-04T02:00", duration: 2h, rrule: "FREQ=WEEKLY;BYDAY=SU,WE"}]\n'
    made = by_name(slo(more=more))
    sunday, wednesday = 1767492000, 1767492000 + 3 * 86400
    assert made["slo:maintenance:active"]["expr"] == "\nor\n".join(
        f"((vector(time()) - {start}) % 604800 < 7500 and on () (vector(time()) >= {start})) * 0 + 1"
        for start in (sunday, wednesday)
    )
    for name in ("slo:sli_total:rate", "slo:sli_errors:rate"):
        assert "unless on ()\nslo:maintenance:active{" in made[f"{name}5m"]["expr"]
        assert made[f"{name}6h"]["expr"] == f'avg_over_time({name}5m{{service="pay",slo="pay-success"}}[6h])'


def test_datadog_gets_bodies_that_it_takes() -> None:
    """Every kind of SLI, the composite of a guard with silent parts, and the alert on the budget."""
    documents = {each.name: each.body for each in compiled(FULL).documents}
    assert check(compiled(FULL).documents) == []
    page = documents["monitor pay-http-page-fast"]
    assert page["type"] == "composite"
    parts = [f"monitor pay-http-page-fast-{part}" for part in ("burn", "events", "failures")]
    assert page["query"] == " && ".join(f"${{monitor:{part.partition(' ')[2]}}}" for part in parts)
    assert all("@" not in str(documents[part]["message"]) for part in parts)
    assert str(page["message"]).endswith("@pagerduty-pay")
    assert "}.as_count() >= 2" in str(documents[parts[2]]["query"])
    assert list(documents).index(parts[2]) < list(documents).index("monitor pay-http-page-fast")
    assert documents["monitor pay-http-budget"]["query"] == 'error_budget("${slo:pay-http}").over("30d") >= 90'
    assert documents["slo pay-slices"]["sli_specification"]["time_slice"]["query_interval_seconds"] == 60
    assert documents["slo pay-monitor"]["monitor_ids"] == [123, 456]


def test_terraform_refers_to_its_own_resources() -> None:
    """References become Terraform's, templates of ours stay texts, corrections name their SLO."""
    ((_, text),) = output("terraform").files(compiled(FULL).specs)
    resources = json.loads(text)["resource"]
    monitor = resources["datadog_monitor"]["pay-http-page-fast-burn"]
    assert monitor["query"].startswith('burn_rate("${datadog_service_level_objective.pay-http.id}").over("30d")')
    assert monitor["monitor_thresholds"] == {"critical": 14.4}
    count = resources["datadog_service_level_objective"]["pay-events"]["sli_specification"]["count"]
    assert count["good_events_formula"] == "good"
    assert [each["metric_query"]["name"] for each in count["queries"]] == ["good", "total"]
    corrections = resources["datadog_slo_correction"]
    assert corrections["pay-http-1"]["slo_id"] == "${datadog_service_level_objective.pay-http.id}"
    assert corrections["pay-http-1"]["rrule"] == "FREQ=DAILY;COUNT=3"


def test_openslo_is_read_back(tmp_path: Path) -> None:
    """The shop in OpenSLO v1 and back is the same SLOs with the same queries."""
    assert run(["slo", "compile", str(SHOP), "--backend", "openslo", "-o", str(tmp_path)]) == 0
    before = compile_specs(read([str(SHOP)])).slos
    after = compile_specs(read([str(tmp_path)]))
    assert [each for each in after.findings if each.is_error] == []
    assert {(each.service, each.objective, each.period_s) for each in after.slos} == {
        (each.service, each.objective, each.period_s) for each in before
    }


def test_what_openslo_has_no_form_for_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An SLO over monitors is not left out in silence."""
    (tmp_path / "a.yaml").write_text(slo("monitor: {ids: ['1']}"))
    assert run(["slo", "compile", str(tmp_path / "a.yaml"), "--backend", "openslo"]) == 1
    assert "openslo has no SLOs over monitors" in capsys.readouterr().err


def test_what_openslo_leaves_out_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each part it has no words for is a remark, and an error for who wants all of it or nothing."""
    (tmp_path / "a.yaml").write_text(PROMETHEUS)
    command = ["slo", "compile", str(tmp_path / "a.yaml"), "--backend", "openslo", "-o", str(tmp_path / "out")]
    assert run(command) == 0
    said = capsys.readouterr().err
    for part in (
        "second source of data",
        "second window of an alert",
        "least count",
        "maintenance",
        "groups",
        "alert on the budget",
        "owners",
        "handles",
        "labels and annotations",
    ):
        assert f"`pay-http` is not wholly said: openslo has no {part}" in said
    assert "`pay-raw` is not wholly said: openslo has no averaged budgets" in said
    assert run([*command, "--no-rewrites"]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_stale_files_go_and_strangers_stay(name: str, tmp_path: Path) -> None:
    """An SLO that is gone takes its files along; what no run of ours wrote is left alone; a rerun changes nothing."""
    specs, out = tmp_path / "specs", tmp_path / "out"
    specs.mkdir()
    (specs / "a.yaml").write_text(slo())
    (specs / "b.yaml").write_text(slo(more=_CALENDAR).replace("service: pay", "service: gone"))
    command = ["slo", "compile", str(specs), "--backend", name, "-o", str(out)]
    assert run(command) == 0
    before = {file for file in out.rglob("*") if file.is_file()}
    (out / "stranger.txt").write_text("mine")
    (specs / "b.yaml").unlink()
    assert run(command) == 0
    after = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    assert (out / "stranger.txt") in after
    assert not any("gone" in file.name for file in after)
    assert len(before) > len(after) - 1 or name == "terraform"
    assert run(command) == 0
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == after


_CALENDAR = '    maintenance: [{start: "2026-01-04T02:00", duration: 2h}]\n'


def test_a_manifest_that_names_a_way_out_deletes_nothing(tmp_path: Path) -> None:
    """Whoever writes `../precious` into a manifest does not make us delete it."""
    (tmp_path / "precious").write_text("keep")
    out = tmp_path / "out"
    out.mkdir()
    names = ["../precious", str(tmp_path / "precious"), "corrections/../../precious"]
    (out / ".sightline-slo").write_text(json.dumps({"version": 1, "files": {"prometheus": names}}))
    (tmp_path / "a.yaml").write_text(slo())
    assert run(["slo", "compile", str(tmp_path / "a.yaml"), "--backend", "prometheus", "-o", str(out)]) == 0
    assert (tmp_path / "precious").read_text() == "keep"


def test_what_the_disk_does_not_take_is_not_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old outputs stay whole, nothing hidden is left, and the command gives no answer."""
    (tmp_path / "a.yaml").write_text(slo())
    command = ["slo", "compile", str(tmp_path / "a.yaml"), "--backend", "prometheus", "-o", str(tmp_path / "out")]
    assert run(command) == 0
    before = (tmp_path / "out" / "pay.yaml").read_bytes()
    (tmp_path / "a.yaml").write_text(slo().replace("objective: 99.5", "objective: 99.7"))

    def refuse(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("sightline_slo.staging.os.fsync", refuse)
        patched.setattr("sightline_slo.writing._remember", lambda *_: None)
        assert run(command) == 2
    assert (tmp_path / "out" / "pay.yaml").read_bytes() == before
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"pay.yaml", ".sightline-slo"}
    assert run(command) == 0
    assert (tmp_path / "out" / "pay.yaml").read_bytes() != before


def test_two_backends_share_a_directory(tmp_path: Path) -> None:
    """Each prunes its own files alone."""
    (tmp_path / "a.yaml").write_text(slo())
    for name in ("datadog", "prometheus", "datadog"):
        assert run(["slo", "compile", str(tmp_path / "a.yaml"), "--backend", name, "-o", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "pay.yaml").exists()
    assert (tmp_path / "out" / "slo.pay-success.json").exists()
