"""What specs compile to: the same bytes each time, nothing that the vendor refuses, nothing that cannot fire."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline_core.cli import run
from sightline_core.envelope import dumps, envelope
from sightline_datadog.checks import check
from sightline_datadog.directory import read as read_documents
from sightline_datadog.documents import Kind
from sightline_datadog.query import parse_monitor_query, tree
from sightline_slo.compile import compile_specs
from sightline_slo.files import read
from sightline_slo.windows import DATADOG, Table, catalogues
from tests.support.golden import hold

from .specs import BAD, FULL, SHOP, spec

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))


def test_the_shop_compiles_to_its_golden_file() -> None:
    """Every body of the shop's objects, key for key."""
    compiled = compile_specs(read([str(SHOP)]))
    assert compiled.findings == ()
    bodies = [{"kind": each.kind, "key": each.key, "body": each.body} for each in compiled.documents]
    hold(Path(__file__).parent / "golden" / "shop.json", dumps(envelope(bodies)))


def test_the_same_specs_give_the_same_bytes() -> None:
    """Whatever order Python's sets take, and however the directory is spelled."""
    outputs = [
        subprocess.run(
            [SIGHTLINE, "slo", "compile", place],
            cwd=SHOP.parent,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed, place in (("1", "shop"), ("2", str(SHOP)))
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0] == (Path(__file__).parent / "golden" / "shop.json").read_bytes()


def test_what_is_written_reads_back_as_the_same_documents(tmp_path: Path) -> None:
    """`compile --out` makes a directory that `sightline datadog push` takes."""
    assert run(["slo", "compile", str(SHOP), "--out", str(tmp_path / "out")]) == 0
    found, findings, _ = read_documents([tmp_path / "out"])
    wanted = compile_specs(read([str(SHOP)])).documents
    assert findings == []
    assert {(each.kind, each.key): each.body for each in found} == {(e.kind, e.key): e.body for e in wanted}


def test_one_bad_spec_leaves_the_former_output_whole(tmp_path: Path) -> None:
    """Nothing is written where anything is wrong, and a rewrite of the same leaves the files' times alone."""
    specs, out = tmp_path / "specs", tmp_path / "out"
    specs.mkdir()
    (specs / "a.yaml").write_text(spec("one"))
    assert run(["slo", "compile", str(specs), "--out", str(out)]) == 0
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()}
    assert len(before) == 5  # an SLO, its monitors and the manifest
    (specs / "b.yaml").write_text(spec("two", objective=100))
    assert run(["slo", "compile", str(specs), "--out", str(out)]) == 1
    (specs / "b.yaml").unlink()
    assert run(["slo", "compile", str(specs), "--out", str(out)]) == 0
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in out.iterdir()} == before


def test_where_nothing_can_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A directory below a file cannot be made: exit 2, with the path."""
    (tmp_path / "file").write_text("")
    assert run(["slo", "compile", str(SHOP), "--out", str(tmp_path / "file" / "out")]) == 2
    assert "a document cannot be written" in capsys.readouterr().err


TABLES = {
    f"{name}-{period_s // 86400}d": table
    for name, catalogue in catalogues().items()
    for period_s, table in catalogue.items()
}
PERIODS = [f"{period_s // 86400}d" for period_s in sorted(catalogues()[DATADOG])]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_windows_are_cited_and_add_up(table: Table) -> None:
    """Burn rate = share of the budget x period / long window; a short window is a twelfth; Datadog's lie in 1-48 h."""
    assert table.source.startswith(("https://docs.datadoghq.com/", "https://sre.google/workbook/"))
    assert len({window.name for window in table.windows}) == len(table.windows)
    for window in table.windows:
        share = window.budget_percent / 100
        assert window.burn_rate == pytest.approx(share * table.period_s / window.long_s, rel=1e-9)
        assert window.long_s == 12 * window.short_s
        assert table.catalogue != DATADOG or 3600 <= window.long_s <= 48 * 3600


@given(
    st.integers(1, 99_999).map(lambda n: n / 1000),
    st.sampled_from(PERIODS),
    st.fixed_dictionaries({"page": st.booleans(), "ticket": st.booleans()}),
)
def test_an_alert_is_refused_exactly_where_an_outage_does_not_reach_it(
    objective: float, period: str, enabled: dict[str, bool]
) -> None:
    """Either factor x (1 - objective) < 1 for every enabled alert and the documents stand, or SLO012 says no."""
    off = "".join(f"      {name}_alert: {{disable: {str(not on).lower()}}}\n" for name, on in enabled.items())
    compiled = compile_specs({"a.yaml": spec(objective=repr(objective), period=period, more=f"    alerting:\n{off}")})
    windows = catalogues()[DATADOG][int(period[:-1]) * 86400].windows
    reachable = all(window.burn_rate * (1 - objective / 100) < 1 for window in windows if enabled[window.severity])
    assert ("SLO012" in [each.code for each in compiled.findings]) == (not reachable)
    assert ("SLO016" in [each.code for each in compiled.findings]) == (not any(enabled.values()))
    assert check(compiled.documents) == []
    queries = [
        parse_monitor_query("slo alert", str(each.body["query"]))[0]
        for each in compiled.documents
        if each.kind is Kind.MONITOR
    ]
    assert all(isinstance(each, tree.BurnRate) and each.over == period for each in queries)
    if reachable:
        assert len(queries) == sum(enabled[window.severity] for window in windows)


def test_each_severity_out_of_reach_is_told_at_once() -> None:
    """At 50 % neither page nor ticket can fire: two findings, one pass."""
    findings = compile_specs({"a.yaml": spec(objective=50)}).findings
    assert [each.message[:8] for each in findings] == ["a page n", "a ticket"]


def test_alerts_say_what_their_authors_gave() -> None:
    """Labels become tags, the nearer winning; handles and annotations end the message; a disabled one is gone."""
    documents = compile_specs({"a.yaml": FULL}).documents
    monitors = [each for each in documents if each.kind is Kind.MONITOR]
    assert [each.key for each in monitors] == ["pay-success-page-fast", "pay-success-page-medium"]
    body = monitors[0].body
    assert body["tags"] == [
        "area:money",
        "service:pay",
        "severity:page",
        "slo:pay-success",
        "team:checkout",
        "tier:gold",
        "urgency:high",
    ]
    assert body["priority"] == 1
    assert str(body["message"]).endswith(
        "dashboard: https://boards.example/pay\nrunbook: https://runbooks.example/pay\n@pagerduty-pay"
    )


def test_counting_by_value_asks_for_percentiles_with_the_tags_it_filters_on() -> None:
    """`count(v: v<=0.3):` works only on a metric that was configured so, by the tags that it was configured with."""
    text = spec(bad='"count(v: v>0.3):own.duration{env:prod AND (shop:x OR !route:y)}.as_count()"')
    (metric,) = [each for each in compile_specs({"a.yaml": text}).documents if each.kind is Kind.METRIC]
    assert metric.key == "own.duration"
    assert metric.body == {
        "metric_type": "distribution",
        "include_percentiles": True,
        "tags": ["env", "route", "shop"],
    }


def test_a_good_query_and_its_complement_count_the_same_way() -> None:
    """`good_query` and `error_query` give the two forms of the vendor's body, each with the total."""
    for key, name in (("error_query", "bad"), ("good_query", "good")):
        text = spec().replace("error_query", key)
        (slo,) = [each for each in compile_specs({"a.yaml": text}).documents if each.kind is Kind.SLO]
        count = slo.body["sli_specification"]["count"]
        assert set(count) == {"good_events_formula", "total_events_formula", "queries"}
        assert count["good_events_formula"] == {"formula": "good" if name == "good" else "total - bad"}
        assert [each["name"] for each in count["queries"]] == [name, "total"]
        assert count["queries"][0]["query"] == BAD
