"""Exported tests: series that the queries select, and promtool's own verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sightline_core.cli import run
from sightline_slo.compile import compile_specs
from sightline_slo.files import read
from sightline_slo.model import Events, Query, Ratio
from sightline_slo.testing import promtool
from sightline_slo.testing.labels import NoSeriesError, shape
from tests.slo.alarming import slo
from tests.slo.specs import SHOP

if TYPE_CHECKING:
    from pathlib import Path

    from sightline_core.diagnostics import Span

PASSES = '{name: x, traffic: 600/m, errors: 20%x30m 0x1h, expect: {page: "22m..23m, resets 3m..4m"}}'
FAILS = "{name: x, traffic: 600/m, errors: 20%x30m 0x1h, expect: {page: 5m..21m}}"


def query(text: str) -> Query:
    def nowhere(_start: int, _end: int) -> Span:
        raise AssertionError("nobody asks where it stands")

    return Query(text, nowhere)


def rate(selector: str) -> Query:
    return query(f"sum(rate({selector}[{{{{.window}}}}]))")


@pytest.mark.parametrize(
    ("bad", "total", "some", "rest"),
    [
        ('hits{code=~"5.."}', "hits", 'hits{code="500"}', 'hits{code="other"}'),
        ('hits{a="b",code=~"5..|429"}', 'hits{a="b"}', 'hits{a="b",code="500"}', 'hits{a="b",code="other"}'),
        ('hits{code!~"2.."}', "hits", "hits{}", 'hits{code="200"}'),
        ('failed{job="x"}', 'tried{job=~"x|y"}', 'failed{job="x"}', 'tried{job="x"}'),
        (r'hits{path=~"/v\\d/.+"}', "hits", 'hits{path="/v0/0"}', 'hits{path="other"}'),
    ],
)
def test_series_are_made_that_the_queries_select(bad: str, total: str, some: str, rest: str) -> None:
    """The bad query takes the one; only the total takes the other."""
    made = shape(Events(rate(bad), None, rate(total)))
    assert (made.some, made.rest) == (some, rest)
    assert not made.of_good
    assert made.split == (bad.partition("{")[0] == total.partition("{")[0])


@pytest.mark.parametrize(
    ("sli", "why"),
    [
        (Ratio(query("a / b")), "counts no events"),
        (Events(query("sum(rate(a[5m])) + sum(rate(b[5m]))"), None, rate("c")), "is made of 2 metrics"),
        (Events(rate("hits"), None, rate("hits")), "no labels were found that the total selects"),
        (Events(rate('hits{a="x"}'), None, rate('hits{a="y"}')), "no labels were found that"),
        (Events(rate('hits{a=~"x{2}y"}'), None, rate("hits")), "no text was found"),
    ],
)
def test_what_no_series_can_be_made_for_says_why(sli: Events | Ratio, why: str) -> None:
    """It is skipped with the reason, never exported as something else."""
    with pytest.raises(NoSeriesError, match=why):
        shape(sli)


def test_a_counter_is_written_in_runs() -> None:
    """Equal increases are one step of the notation; the first value is the start."""
    assert promtool.counter(np.array([5.0, 5, 5, 0, 0, 2])) == "0 5+5x2 15+0x1 17+2x0"


@pytest.mark.parametrize("test", [PASSES, FAILS])
def test_promtool_says_what_our_own_run_says(
    test: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exported test passes where ours does, and fails where ours does."""
    tool = promtool.find()
    if tool is None:
        pytest.skip("no promtool: SIGHTLINE_PROMTOOL is not set, and PATH has none")
    monkeypatch.chdir(tmp_path)
    windows = "    windows: [{name: fast, severity: page, long: 1h, short: 5m, burn_rate: 14.4}]\n"
    made = slo(windows=windows, more=f"    tests:\n      - {test}\n")
    exported = promtool.export([made], tmp_path)
    assert exported.skipped == {}
    (folder,) = exported.folders
    said = promtool.check(tool, folder)
    assert (said is None) == (test is PASSES), said
    capsys.readouterr()


def test_without_promtool_the_command_says_that_it_was_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A skipped check is said, and the files are there."""
    monkeypatch.delenv("SIGHTLINE_PROMTOOL", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    code = run(["slo", "test", str(SHOP), "--slo", "journeys-*", "--backend", "prometheus", "--export", str(tmp_path)])
    assert code == 0
    assert "promtool is not run" in capsys.readouterr().err
    assert (tmp_path / "journeys-buying" / promtool.TESTS).exists()
    assert (tmp_path / "journeys-buying" / promtool.RULES).exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_promtool_says_of_the_shops_scenarios_what_our_own_run_says(tmp_path: Path) -> None:
    """Of each kind of SLO there the one with the fewest tests; `make test-promtool` takes them all."""
    tool = promtool.find()
    if tool is None:
        pytest.skip("no promtool: SIGHTLINE_PROMTOOL is not set, and PATH has none")
    slos = sorted(compile_specs(read([str(SHOP)])).slos, key=lambda each: -len(each.tests))
    kinds = {each.name.rpartition("-")[2]: each for each in slos}
    assert {"availability", "latency", "buying", "success", "time"} <= kinds.keys()
    exported = promtool.export(list(kinds.values()), tmp_path)
    assert exported.skipped == {}
    said = {each.name: promtool.check(tool, each) for each in exported.folders}
    assert {name: each for name, each in said.items() if each} == {}
